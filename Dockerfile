# Newsvane as an image of Python, its dependencies at the versions that were tested, and nothing to build with.
FROM python:3.11-slim AS build
WORKDIR /src
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY schemas schemas
COPY streams streams
RUN pip wheel --no-deps --wheel-dir /wheel . \
 && python -m venv --without-pip /opt/newsvane \
 && pip --python /opt/newsvane/bin/python install --constraint constraints.txt /wheel/*.whl

FROM python:3.11-slim
# a fixed number, so that volumes keep their owner over rebuilds
RUN groupadd --gid 10001 newsvane \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/newsvane --shell /usr/sbin/nologin newsvane \
 && install --directory --owner 10001 --group 10001 --mode 0750 /var/lib/newsvane
COPY --from=build /opt/newsvane /opt/newsvane
# without a broker to talk to it is the embedded line, in one file of the working folder
ENV PATH=/opt/newsvane/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    NEWSVANE_BROKER=sqlite:////var/lib/newsvane/newsvane.db \
    NEWSVANE_DATA_DIR=/var/lib/newsvane
WORKDIR /var/lib/newsvane
USER 10001:10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["newsvane"]
CMD ["run"]
