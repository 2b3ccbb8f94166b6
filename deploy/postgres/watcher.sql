-- The role of the exporter: it reads the server's statistics and no table of a service, whose databases it may not enter.
\set password `cut -d: -f5 "$PASSFILE"`
select 'create role watcher' where not exists (select from pg_roles where rolname = 'watcher') \gexec
alter role watcher with login nosuperuser nocreatedb nocreaterole noreplication inherit
    connection limit 5 password :'password';
grant pg_monitor to watcher;
grant connect on database postgres to watcher;
