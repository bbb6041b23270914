# Desk and API are one image, which serves the committed demonstration until a portfolio is mounted; MLflow's registry is
# the same with what training adds. compose.yaml starts them; docs/deployment.md says how.
FROM python:3.13-slim-trixie AS serving

# What packages.txt lists for Community Cloud too: LightGBM's threads, and pango for the customer's letter as a PDF.
COPY packages.txt /tmp/
RUN apt-get update \
    && xargs -a /tmp/packages.txt apt-get install --yes --no-install-recommends \
    && rm -rf /var/lib/apt/lists/* /tmp/packages.txt

# The locked parts first: they change less often than the code. Each is the file whose sum is locked, or nothing is built.
COPY requirements-hashed.txt /tmp/
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps \
        --requirement /tmp/requirements-hashed.txt \
    && rm /tmp/requirements-hashed.txt

WORKDIR /desk
COPY .streamlit/config.toml .streamlit/
COPY app app
COPY pages pages
COPY data/demo data/demo

# The code stays root's. What the desk writes without compose.yaml: its SQLite store in data, its signed heads in evidence.
RUN useradd --uid 10001 --home-dir /tmp --no-create-home desk \
    && mkdir evidence \
    && chown desk data evidence
USER desk
ENV PYTHONPATH=/desk PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 XDG_CACHE_HOME=/tmp/cache
EXPOSE 8501 8000
CMD ["python", "-m", "streamlit", "run", "app/main.py", "--server.port", "8501", "--server.address", "0.0.0.0"]

FROM serving AS training
USER root
COPY training/requirements-hashed.txt /tmp/
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps \
        --requirement /tmp/requirements-hashed.txt \
    && rm /tmp/requirements-hashed.txt
COPY training training
RUN mkdir registry && chown desk registry
USER desk
EXPOSE 5000

# What `docker build .` makes when it is not told which.
FROM serving
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health')"]
