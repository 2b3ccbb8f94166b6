-- One service's role and database. Nobody but the role (and the superuser) may connect to it.
\set password `cut -d: -f5 "$PASSFILE"`
select format('create role %I', :'service')
 where not exists (select from pg_roles where rolname = :'service') \gexec
-- A frozen process that holds a lock may stop its neighbours for two minutes, not for ever.
alter role :"service" with login nosuperuser nocreatedb nocreaterole noreplication
    connection limit 60 password :'password';
alter role :"service" set idle_in_transaction_session_timeout = '120s';
select format('create database %I owner %I', :'service', :'service')
 where not exists (select from pg_database where datname = :'service') \gexec
revoke all on database :"service", postgres, template1 from public;
