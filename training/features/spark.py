"""Beyond one machine: the same features and the same champion on Spark.

The tables are read where they lie (any path or URI that Hadoop reads), checked and aggregated by the expressions that
DuckDB runs. Where Spark runs is its usual configuration: spark-defaults.conf, SPARK_HOME, spark-submit; without any,
this machine.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
from ibis.util import gen_name

from app.scoring.champion import Champion
from app.scoring.engine import compiled
from app.scoring.points import points_from_log_odds
from app.scoring.problems import Problem
from app.scoring.schema import APPLICATIONS, TABLES
from app.scoring.schema.keys import CLIENT
from app.scoring.tables.faults import Notice, stop
from app.scoring.tables.reading import read_view
from app.scoring.tables.tables import Tables, assemble
from training.features.rows import feature_rows

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

ENDINGS = (".parquet", ".csv", ".csv.gz")
ANSWERS = "probability double, decision string, threshold double"


class SparkProblem(Problem):
    """Spark is not there, does not start, or stopped."""


def build_features(data: str, out: str) -> None:
    """Write the feature rows of the tables in ``data`` as a folder of Parquet parts, ordered by client."""
    with running() as session:
        _refuse_to_replace(out, session)
        _feature_rows(data, session).write.parquet(out, compression="zstd")


def score(data: str | None, rows: str | None, model: Path, out: str, threshold: float | None = None) -> int:
    """Score every client with the champion in ``model``, through MLflow, at its recommended threshold unless told.

    Args:
        data: folder or URI of the raw tables.
        rows: Parquet data set of feature rows instead.
        out: folder of Parquet parts to write: SK_ID_CURR, probability, points, decision.

    Returns:
        The number of clients.
    """
    champion = Champion.load(model)
    with running() as session:
        _refuse_to_replace(out, session)
        clients = session.read.parquet(rows) if rows else _feature_rows(str(data), session)
        _decisions(clients, champion, threshold, session).write.parquet(out, compression="zstd")
        return int(session.read.parquet(out).count())


def open_tables(folder: str, session: SparkSession) -> Tables:
    """The tables of a folder or URI as ``app.scoring.tables.tables.open_tables`` has them, held by Spark.

    Raises:
        TableProblem: the tables cannot be read as the schema declares them.
    """
    files = _find_files(folder, session)
    if not any(name in files for name in APPLICATIONS):
        raise stop("no application", folder=folder)
    connection = ibis.pyspark.connect(session)
    raw: dict[str, ibis.Table] = {}
    notices: list[Notice] = []
    for name in (name for name in TABLES if name in files):
        view = gen_name(name)
        _read(f"{folder.rstrip('/')}/{files[name]}", session).createTempView(view)
        raw[name], found = read_view(TABLES[name], connection.table(view), files[name], connection)
        notices += found
    return assemble(raw, files, notices, connection)


def _find_files(folder: str, session: SparkSession) -> dict[str, str]:
    """Table name -> the file or folder of parts that holds it."""
    path, system = _place(folder, session)
    if not system.exists(path) or not system.getFileStatus(path).isDirectory():
        raise stop("no folder", folder=folder)
    files: dict[str, str] = {}
    for entry in sorted(status.getPath().getName() for status in system.listStatus(path)):
        table = next((entry.removesuffix(ending) for ending in ENDINGS if entry.endswith(ending)), "")
        if table in files:
            raise stop("twice", table=table, first=files[table], second=entry)
        if table in TABLES:
            files[table] = entry
    return files


def _read(path: str, session: SparkSession) -> DataFrame:
    if path.endswith(".parquet"):
        return session.read.parquet(path)
    return session.read.csv(path, header=True, quote='"', escape='"', mode="FAILFAST")


def _feature_rows(data: str, session: SparkSession) -> DataFrame:
    return session.sql(compiled(feature_rows(open_tables(data, session)), "pyspark"))


def _decisions(clients: DataFrame, champion: Champion, threshold: float | None, session: SparkSession) -> DataFrame:
    from mlflow.pyfunc import spark_udf
    from pyspark.sql import functions

    # The workers run this environment: what a cluster's nodes have installed is the cluster's own matter.
    predict = spark_udf(session, str(champion.folder.resolve()), result_type=ANSWERS, env_manager="local")
    answered = clients.select(CLIENT, predict(functions.struct(*champion.features)).alias("answer"))
    chance = functions.col("answer.probability")
    points: Any = points_from_log_odds(functions.ln(chance / (1 - chance)))
    decision = functions.col("answer.decision")
    if threshold is not None:
        decision = functions.when(chance >= threshold, "refuse").otherwise("accept").alias("decision")
    return answered.select(CLIENT, chance, points.alias("points"), decision).orderBy(CLIENT)


def _refuse_to_replace(out: str, session: SparkSession) -> None:
    path, system = _place(out, session)
    if system.exists(path):
        raise SparkProblem(
            "{out} is already there.",
            "Spark writes a folder of parts, and never over another.",
            "Choose another place, or remove what is there.",
            out=out,
        )


def _place(path: str, session: SparkSession) -> tuple[Any, Any]:
    """A path or URI and its file system, as Spark itself resolves them."""
    place = session._jvm.org.apache.hadoop.fs.Path(path)
    return place, place.getFileSystem(session._jsc.hadoopConfiguration())


@contextmanager
def running() -> Iterator[SparkSession]:
    """The session of Spark's own configuration, the running one if there is one; whatever stops it is a sentence."""
    # Without a say, workers would run the first python3 of the PATH, which lacks what this environment has.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise SparkProblem(
            "The engine spark wants PySpark, which is not installed.",
            "It is an optional part of training.",
            "Install it: pip install -r training/requirements-spark.txt, and Java 17 or 21.",
        ) from error
    try:
        yield SparkSession.builder.appName("credit-scoring").getOrCreate()
    except (PySparkException, Py4JError) as error:
        if "JAVA_GATEWAY_EXITED" in str(error):
            raise SparkProblem(
                "Spark did not start: there is no Java it can run on.",
                "It wants Java 17 or 21, named by JAVA_HOME or found on the PATH.",
                "Install one; on Debian: apt-get install default-jre-headless.",
            ) from error
        raise SparkProblem(
            "Spark stopped: {cause}",
            "A file may be damaged, or a node of the cluster out of reach.",
            "Its own messages above say more; correct that and run the command again.",
            cause=_first_line(error),
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
