"""Reads an exported table by its metadata file with the program that is named: every value as text, and the files that a filter leaves."""
import datetime
import glob
import json
import os
import sys


def plain(value):
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, datetime.datetime) or value is None or isinstance(value, (bool, float)):
        return value if not isinstance(value, datetime.datetime) else value.isoformat()
    return str(value)


def pyiceberg(location, condition):
    from pyiceberg.table import StaticTable

    table = StaticTable.from_metadata(location)
    rows = table.scan().to_arrow().to_pylist()
    kept = table.scan(row_filter=condition)
    return rows, len(list(kept.plan_files())), kept.to_arrow().num_rows


def duckdb(location, condition):
    import duckdb as engine

    connection = engine.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
                                        "allow_unsigned_extensions": "true"})
    home = os.environ["WEFT_ENGINE_HOME"]
    found = glob.glob(f"{home}/venv/lib/python3*/site-packages/duckdb_ext*/**/*.duckdb_extension", recursive=True)
    for name in ("avro", "iceberg"):
        path = next(path for path in found if path.endswith(f"/{name}.duckdb_extension"))
        connection.execute(f"LOAD '{path}'")
    relation = connection.execute(f"SELECT * FROM iceberg_scan('{location}')")
    names = [column[0] for column in relation.description]
    rows = [dict(zip(names, values)) for values in relation.fetchall()]
    kept = connection.execute(f"SELECT count(*) FROM iceberg_scan('{location}') WHERE {condition}").fetchone()[0]
    return rows, None, kept


def main():
    rows, files, kept = {"pyiceberg": pyiceberg, "duckdb": duckdb}[sys.argv[1]](sys.argv[2], sys.argv[3])
    print(json.dumps({"rows": [plain(row) for row in rows], "files": files, "kept": kept}))


main()
