# One image for every part of Lintas: services, migrations, topics, the pilot. The embedded broker is not in it.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
RUN python -m venv /opt/lintas
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN /opt/lintas/bin/pip install --quiet --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY shared shared
COPY services services
COPY lintas lintas
# Editable: migrations and reference data are read from where they lie, as in a working copy.
RUN /opt/lintas/bin/pip install --quiet --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation -e . \
    && /opt/lintas/bin/python -m compileall -q shared services lintas \
    && chmod -R a+rX /app

FROM python:3.11-slim-bookworm
WORKDIR /app
COPY --from=build /opt/lintas /opt/lintas
COPY --from=build /app /app
ENV PATH=/opt/lintas/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
ENTRYPOINT ["lintas"]
CMD ["--help"]
