# which measured maps there are is known only once this has run: the rules below ask `maps_of`
checkpoint fetch:
    input:
        code_of("fetch.py"),
        own_files,
        table=lambda wildcards: dataset(wildcards.dataset).structure["table"],
    output:
        "results/fetched/{dataset}.csv",
    log:
        "results/logs/fetch/{dataset}.log",
    localrule: True
    conda:
        "../../envs/graincast.yaml"
    resources:
        attempt=attempt_number,
    params:
        # no declared output: Snakemake would empty it, and maps that are there already would be cleaned again
        folder="results/fetched/{dataset}",
        mirror=mirror_of,
    shell:
        f"{KEEP_LOG}"
        "python workflow/fetch.py --table {input.table:q} {params.mirror}"
        " --folder {params.folder} --record {output} > {log} 2>&1"
