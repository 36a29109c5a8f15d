"""Reads a table of orders by its metadata file, with the program that is named: rows with nested values, as JSON."""
import datetime
import decimal
import glob
import json
import os
import sys


def plain(value):
    if isinstance(value, decimal.Decimal):
        return str(value)
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S+00")
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value


def row(fields):
    attributes = fields["attributes"]
    if isinstance(attributes, list):
        attributes = dict(attributes)
    done = plain({**fields, "attributes": attributes})
    for line in done["lines"]:
        line["serial"] = None if line["serial"] is None else str(line["serial"])
    return done


def pyiceberg(location):
    from pyiceberg.table import StaticTable

    return StaticTable.from_metadata(location).scan().to_arrow().to_pylist()


def duckdb(location):
    import duckdb as engine

    connection = engine.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
                                        "allow_unsigned_extensions": "true"})
    home = os.environ["WEFT_ENGINE_HOME"]
    found = glob.glob(f"{home}/venv/lib/python3*/site-packages/duckdb_ext*/**/*.duckdb_extension", recursive=True)
    for name in ("avro", "iceberg"):
        path = next(path for path in found if path.endswith(f"/{name}.duckdb_extension"))
        connection.execute(f"LOAD '{path}'")
    connection.execute("SET TimeZone = 'UTC'")
    relation = connection.execute(f"SELECT * FROM iceberg_scan('{location}')")
    names = [column[0] for column in relation.description]
    return [dict(zip(names, values)) for values in relation.fetchall()]


def spark(location):
    from pyspark.sql import SparkSession

    jars = os.path.join(os.environ["WEFT_ENGINE_HOME"], "jars")
    session = (
        SparkSession.builder.appName("weft").master("local[1]")
        .config("spark.jars", ",".join(os.path.join(jars, name) for name in os.listdir(jars)))
        .config("spark.driver.memory", "1g").config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC").config("spark.log.level", "OFF")
        .config("spark.ui.showConsoleProgress", "false").getOrCreate()
    )
    os.environ["TZ"] = "UTC"
    rows = [row.asDict(recursive=True) for row in session.read.format("iceberg").load(location).collect()]
    session.stop()
    return rows


def main():
    rows = {"pyiceberg": pyiceberg, "duckdb": duckdb, "spark": spark}[sys.argv[1]](sys.argv[2])
    print(json.dumps(sorted((row(fields) for fields in rows), key=lambda r: r["id"])))


main()
