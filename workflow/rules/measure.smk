rule measure:
    input:
        code_of("measure.py"),
        files=files_of_map,
    output:
        cleaned="results/measured/{dataset}/{map}.npz",
        measures="results/measured/{dataset}/{map}.parquet",
    log:
        "results/logs/measure/{dataset}/{map}.log",
    conda:
        "../../envs/graincast.yaml"
    resources:
        mem_mb=growing(4000),
        runtime=growing(30),
        attempt=attempt_number,
    params:
        # the table is named and not declared, and the map's own row is: a row more cleans no other map again
        table=lambda wildcards: dataset(wildcards.dataset).structure["table"],
        row=row_of_map,
    shell:
        f"{KEEP_LOG}"
        "python workflow/measure.py --table {params.table:q} --map {wildcards.map} --file {input.files[0]:q}"
        " --cleaned {output.cleaned} --measures {output.measures} > {log} 2>&1"
