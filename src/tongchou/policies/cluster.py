"""Facts in a folder of Parquet parts, evaluated by Spark (``tongchou[spark]``) into a folder of results."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tongchou.domain.policy.errors import FactsError, FactsProblem
from tongchou.domain.policy.rules import Rules
from tongchou.domain.policy.spark import evaluate_on_spark
from tongchou.domain.policy.words import Text
from tongchou.policies.parts import Done, parts_of

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

#: Spark's own mark that all parts are there.
FINISHED = "_SUCCESS"


@contextmanager
def session(master: str, *, memory: str = "2g", **settings: str) -> Iterator[SparkSession]:
    """A Spark session that ends with the block; ``settings`` are Spark's, with ``_`` for a dot.

    Raises
    ------
    ImportError
        When PySpark is not installed.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise ImportError("Spark is an extra: install tongchou[spark] and Java 17 or newer.") from error
    builder = SparkSession.builder.master(master).appName("tongchou")
    for name, value in settings.items():
        builder = builder.config(name.replace("_", "."), value)
    spark = (
        builder.config("spark.ui.showConsoleProgress", "false")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", memory)
        # The rules know years, not moments: whatever the zone of a machine, a day is the same day.
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    try:
        yield spark
    finally:
        spark.stop()


def evaluate_parts(
    spark: SparkSession, facts: Path, out: Path, programmes: Sequence[Rules], year: int
) -> Done:
    """Every programme for every part of a folder, as ``parts.evaluate_parts``: the same rows and columns.

    Spark writes all or nothing, so there is nothing to take up again: a folder without its mark
    (``_SUCCESS``) is done anew.

    Raises
    ------
    FactsError
        No parts; wrong facts, those of the whole table at once; ``out`` holds results already.
    """
    parts_of(facts)
    if (out / FINISHED).exists() or (out.exists() and any(out.glob("*.parquet"))):
        raise FactsError(
            [
                FactsProblem(
                    "",
                    Text(
                        f"{out} 中已有结果；请换一个文件夹。",
                        f"{out} holds results already; choose another folder.",
                    ),
                )
            ]
        )
    table = spark.read.parquet(str(facts))
    evaluate_on_spark(table, programmes, year).write.mode("overwrite").option("compression", "zstd").parquet(
        str(out)
    )
    written = spark.read.parquet(str(out))
    counted = written.groupBy("programme", "outcome").count().collect()
    counts = {(row["programme"], row["outcome"]): row["count"] for row in counted}
    persons = sum(counts.values()) // max(1, len(programmes))
    return Done(persons, len(parts_of(out)), 0, dict(sorted(counts.items())))


def take_back(out: Path) -> None:
    """Remove results nobody should take for granted: Spark has nothing to take up again."""
    shutil.rmtree(out)


__all__ = ["evaluate_parts", "session", "take_back"]
