using System.Collections.Generic;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>Those of a network that works.</summary>
internal sealed class NetworkBodies(ClassSyntax network, Graph graph, IReadOnlyList<Plan> plans, NetworkFiles files) : SurfaceBodies
{
    private const string Calibrator = "global::NetGen.Runtime.Calibrator";

    private const string CheckSample = "global::NetGen.Runtime.NetworkGuard.CheckSample(input, InputLength, output, OutputLength);";

    public override string Info => Surface.InfoField;

    public override string Weights => "{ get; }";

    public override string Load => $"return {Surface.LoadMethod}(weights, cache: null);";

    public override string LoadCached => $$"""
        {{Surface.Cache}} cache = new(cachePath);
        return {{Surface.LoadMethod}}(global::NetGen.Safetensors.Open(path), cache);
        """;

    public override string LoadPrefixed => $$"""
        {{Surface.ThrowIfNull("prefix")}}
        {{Surface.Cache}}? cache = cachePath is null ? null : new(cachePath);
        return {{Surface.LoadMethod}}({{Surface.WithoutPrefix("global::NetGen.Safetensors.Open(path)")}}, cache);
        """;

    public override string Random => graph.Options.Precision == Precision.Int8
        ? $$"""
            return Calibrate(
                ({{Surface.Source}})new global::NetGen.Runtime.RandomWeights(seed, {{Calibrator}}.WithoutRanges({{Surface.SpecsMethod}}())),
                ({{Surface.Input}}){{Calibrator}}.Noise(seed, InputLength));
            """
        : $"return new {network.Name}(new global::NetGen.Runtime.RandomWeights(seed, {Surface.SpecsMethod}()), cache: null);";

    public override string Forward => $$"""
        {{CheckSample}}
        {{Surface.EngineField}}.Forward(input, output);
        """;

    public override string Observe => $$"""
        {{CheckSample}}
        ({{Surface.ObservedField}} ??= new {{Observed}}({{Surface.InfoField}}, Weights)).Forward(input, output, observer);
        """;

    public override string Parallel => $$"""
        {{CheckSample}}
        {{Surface.EngineField}}.Forward(input, output, parallelism);
        """;

    public override string Batch
    {
        get
        {
            const string check = "int count = global::NetGen.Runtime.NetworkGuard.CheckBatch(inputs, InputLength, outputs, OutputLength, maxDegreeOfParallelism);";
            if (!BatchRewrite.IsPossible(graph))
            {
                return $$"""
                    {{check}}
                    {{Surface.EngineField}}.ForwardBatch(inputs, outputs, count, maxDegreeOfParallelism);
                    """;
            }

            // The engine for several samples at once is made when it is first needed.
            string samples = Literal.Int(plans[0].Tier.Sizes.BatchSamples);
            string choice = Surface.Choose(
                plans, p => $"new {EngineEmitter.FullName(network, EngineEmitter.BatchVariant(p.Tier))}(Weights)", Surface.Engine, indent: 8);
            return $$"""
                {{check}}
                if (count >= {{samples}})
                {
                    {{Surface.Engine}} shared = {{Surface.BatchedField}} ??= {{choice}};
                    {{Surface.EngineField}}.ForwardBatch(inputs, outputs, count, maxDegreeOfParallelism, shared, {{samples}});
                }
                else
                {
                    {{Surface.EngineField}}.ForwardBatch(inputs, outputs, count, maxDegreeOfParallelism);
                }
                """;
        }
    }

    public override string Save => "global::NetGen.Safetensors.Save(path, Weights);";

    public override string Create =>
        $"return {Surface.LoadMethod}(global::NetGen.Runtime.EmbeddedWeights.Open(typeof({network.Name}).Assembly, {Literal.String(files.Embedded!)}), cache: null);";

    public override string Calibrate => $$"""
        {{network.Name}} network = Calibrate(weights, samples, out global::NetGen.CalibrationReport report);
        {{Calibrator}}.Warn(report);
        return network;
        """;

    /// <summary>The ranges are those of the observed form's activations, which are computed in single precision.</summary>
    public override string CalibrateReporting => $$"""
        {{TakeWeights(files)}}
        global::NetGen.Runtime.WeightSpec[] specs = {{Surface.SpecsMethod}}();
        {{Validate(network, Calibrator + ".WithoutRanges(specs)")}}
        {{Observed}} observed = new({{Surface.InfoField}}, weights);
        return new {{network.Name}}({{Calibrator}}.Run(weights, specs, {{Surface.InfoField}}, observed, samples, out report), cache: null);
        """;

    public override string SelfTest => $"return global::NetGen.Runtime.GoldenTest.Run(this, {Literal.String(files.Golden!)}, bound);";

    private string Observed => EngineEmitter.FullName(network, "Observed");

    /// <summary>Checks that there are <c>weights</c>, and takes their declared prefix off, where there is one.</summary>
    public static string TakeWeights(NetworkFiles files) => files.Prefix.Length == 0
        ? Surface.ThrowIfNull("weights")
        : $$"""
            {{Surface.ThrowIfNull("weights")}}
            weights = global::NetGen.Runtime.WeightLoader.WithoutDeclaredPrefix(weights, {{Literal.String(files.Prefix)}});
            """;

    /// <summary>Checks <c>weights</c> against the network's tensors.</summary>
    public static string Validate(ClassSyntax network, string specs) =>
        $"global::NetGen.Runtime.WeightLoader.Validate(weights, {Literal.String(network.Name.TrimStart('@'))}, {specs});";
}
