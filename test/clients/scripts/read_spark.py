"""Reads a table by its metadata file with Spark and the Iceberg runtime; and what its own metadata tables say."""
import json
import os
import sys

from pyspark.sql import SparkSession

COLUMNS = ["id", "city", "unix_micros(`at`) AS `at`", "CAST(price AS STRING) AS price", "tags", "place.zip AS zip", "note"]


def main():
    location, filters = sys.argv[1], json.loads(sys.argv[2])
    jars = os.path.join(os.environ["WEFT_ENGINE_HOME"], "jars")
    spark = (
        SparkSession.builder.appName("weft").master("local[1]")
        .config("spark.jars", ",".join(os.path.join(jars, name) for name in os.listdir(jars)))
        .config("spark.driver.memory", "1g").config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "1").config("spark.sql.session.timeZone", "UTC")
        .config("spark.log.level", "OFF").config("spark.ui.showConsoleProgress", "false").getOrCreate()
    )
    table = spark.read.format("iceberg").load(location)
    answers = {}
    for name, expression in filters.items():
        some = table if expression is None else table.where(expression)
        text = some.selectExpr(*COLUMNS).selectExpr("to_json(struct(*), map('ignoreNullFields', 'false'))")
        rows = sorted((json.loads(row[0]) for row in text.collect()), key=lambda row: row["id"])
        answers[name] = {"files": None, "rows": rows}
    snapshots = spark.read.format("iceberg").load(f"{location}#snapshots").orderBy("committed_at").collect()
    counts = [
        spark.read.format("iceberg").option("snapshot-id", snapshot["snapshot_id"]).load(location).count()
        for snapshot in snapshots
    ]
    files = spark.read.format("iceberg").load(f"{location}#files")
    total = files.selectExpr("sum(record_count)", "count(*)").collect()[0]
    print(json.dumps({"filters": answers, "snapshots": counts, "records": total[0], "files": total[1],
                      "sorted": files.where("sort_order_id > 0").count()}))
    spark.stop()


main()
