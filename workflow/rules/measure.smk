rule measure:
    input:
        "results/fetched/{table}/{map}.csv",
    output:
        cleaned="results/measured/{table}/{map}.npz",
        measures="results/measured/{table}/{map}.parquet",
    log:
        "results/logs/measure/{table}/{map}.log",
    conda:
        "../../envs/graincast.yaml"
    resources:
        mem_mb=growing(4000),
        runtime=growing(30),
        attempt=attempt_number,
    params:
        code=code_of("measure.py"),
        table=lambda wildcards: MAP_TABLES[wildcards.table],
        row=lambda wildcards: repr(row_of_map(wildcards).cleaning),
    shell:
        f"{KEEP_LOG}"
        "python workflow/measure.py --table {params.table:q} --map {wildcards.map} --fetched {input}"
        " --cleaned {output.cleaned} --measures {output.measures} > {log} 2>&1"
