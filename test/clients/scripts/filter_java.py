"""For each Iceberg expression, given as JSON, the ids of the rows that Iceberg's own Java library keeps of a table.

Spark is only the way to it: the expression is read by the parser of the REST protocol, files are planned by the library's
metrics evaluators, and rows are judged by its evaluator of expressions.
"""
import json
import os
import sys

from pyspark.sql import SparkSession


def main():
    location, expressions = sys.argv[1], open(sys.argv[2], encoding="utf-8").read().splitlines()
    jars = os.path.join(os.environ["WEFT_ENGINE_HOME"], "jars")
    spark = (
        SparkSession.builder.appName("weft").master("local[1]")
        .config("spark.jars", ",".join(os.path.join(jars, name) for name in os.listdir(jars)))
        .config("spark.driver.memory", "1g").config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.log.level", "OFF").config("spark.ui.showConsoleProgress", "false").getOrCreate()
    )
    jvm = spark._jvm
    io = jvm.org.apache.iceberg.hadoop.HadoopFileIO(spark._jsc.hadoopConfiguration())
    table = jvm.org.apache.iceberg.BaseTable(jvm.org.apache.iceberg.StaticTableOperations(location, io), "cases")
    columns = jvm.java.util.ArrayList()
    columns.add("id")
    # Guava as the runtime carries it: what is closed and iterated in Java becomes a list here.
    lists = jvm.org.apache.iceberg.relocated.com.google.common.collect.Lists
    for text in expressions:
        expression = jvm.org.apache.iceberg.expressions.ExpressionParser.fromJson(text, table.schema())
        rows = jvm.org.apache.iceberg.data.IcebergGenerics.read(table).where(expression).select(columns).build()
        # The columns of the expression come along; `id` is the first of the table.
        found = lists.newArrayList(rows)
        print(json.dumps(sorted(row.get(0) for row in found)))
    spark.stop()


main()
