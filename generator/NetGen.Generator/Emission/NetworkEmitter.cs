using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>The files that a network's surface opens by itself.</summary>
/// <param name="Embedded">The weight file that is part of the assembly, where one is.</param>
/// <param name="Golden">The file of references beside the program, where there is one.</param>
/// <param name="Prefix">What stands before the names of the weight file's tensors; empty where nothing does.</param>
internal sealed record NetworkFiles(string? Embedded, string? Golden, string Prefix = "");

/// <summary>Writes a network's public surface: constants, layer table, loading and the calls into its engine.</summary>
internal static class NetworkEmitter
{
    private const string Engine = "global::NetGen.Runtime.NetworkEngine";
    private const string Source = "global::NetGen.IWeightSource";
    private const string Cache = "global::NetGen.Runtime.PackedWeightsCache";
    private const string Input = "global::System.ReadOnlySpan<float>";
    private const string Output = "global::System.Span<float>";

    // What is private has names that are the language's to give, since they hold two underscores: no member of the user's has them.
    private const string InfoField = "__netGenInfo";
    private const string EngineField = "__netGenEngine";
    private const string ObservedField = "__netGenObserved";
    private const string BatchedField = "__netGenBatched";
    private const string LoadMethod = "__NetGenLoad";
    private const string InfoMethod = "__NetGenCreateInfo";
    private const string SpecsMethod = "__NetGenCreateWeightSpecs";

    /// <summary>The surface of a valid network.</summary>
    /// <param name="network">The class.</param>
    /// <param name="graph">The network.</param>
    /// <param name="plans">Its plans, widest tier first.</param>
    /// <param name="files">The files it opens.</param>
    public static string Emit(ClassSyntax network, Graph graph, IReadOnlyList<Plan> plans, NetworkFiles files)
    {
        using CodeWriter writer = Open(network, DocumentationTable(network, graph));
        EmitConstants(
            writer, graph.Input.Length, graph.Output.Length, graph.ParameterCount, graph.MultiplyAddCount, plans.Max(p => p.WorkspaceLength));
        writer.Line($"private static readonly global::NetGen.NetworkInfo {InfoField} = {InfoMethod}();");
        writer.Line();
        writer.Line($"private readonly {Engine} {EngineField};");
        writer.Line($"private {EngineEmitter.FullName(network, "Observed")}? {ObservedField};");
        bool sharesWeights = Batch.IsPossible(graph);
        if (sharesWeights)
        {
            writer.Line($"private {Engine}? {BatchedField};");
        }

        bool isInteger = graph.Options.Precision == Precision.Int8;
        writer.Line();
        writer.Line($"private {network.Name}({Source} weights, {Cache}? cache)");
        writer.Line("{");
        writer.Line("    Weights = weights;");
        string choice = Choose(plans, p => $"new {EngineEmitter.FullName(network, p.Tier.Name)}(weights, cache)", Engine);
        writer.Line($"    {EngineField} = {choice};");
        writer.Line("}");
        EmitMembers(writer, network, new Bodies(
            InfoField,
            Load: $"    return {LoadMethod}(weights, cache: null);",
            LoadCached: $"    {Cache} cache = new(cachePath);\n    return {LoadMethod}(global::NetGen.Safetensors.Open(path), cache);",
            LoadPrefixed: "    " + ThrowIfNull("prefix") + $"\n    {Cache}? cache = cachePath is null ? null : new(cachePath);\n    return {LoadMethod}({WithoutPrefix("global::NetGen.Safetensors.Open(path)")}, cache);",
            Random: isInteger
                ? "    return Calibrate(\n"
                    + $"        ({Source})new global::NetGen.Runtime.RandomWeights(seed, global::NetGen.Runtime.Calibrator.WithoutRanges({SpecsMethod}())),\n"
                    + $"        ({Input})global::NetGen.Runtime.Calibrator.Noise(seed, InputLength));"
                : $"    return new {network.Name}(new global::NetGen.Runtime.RandomWeights(seed, {SpecsMethod}()), cache: null);",
            Forward: "    global::NetGen.Runtime.NetworkGuard.CheckSample(input, InputLength, output, OutputLength);\n"
                + $"    {EngineField}.Forward(input, output);",
            Observe: "    global::NetGen.Runtime.NetworkGuard.CheckSample(input, InputLength, output, OutputLength);\n"
                + $"    ({ObservedField} ??= new {EngineEmitter.FullName(network, "Observed")}({InfoField}, Weights)).Forward(input, output, observer);",
            Parallel: "    global::NetGen.Runtime.NetworkGuard.CheckSample(input, InputLength, output, OutputLength);\n"
                + $"    {EngineField}.Forward(input, output, parallelism);",
            Batch: "    int count = global::NetGen.Runtime.NetworkGuard.CheckBatch(inputs, InputLength, outputs, OutputLength, maxDegreeOfParallelism);\n"
                + (sharesWeights ? EmitBatchCall(network, plans) : $"    {EngineField}.ForwardBatch(inputs, outputs, count, maxDegreeOfParallelism);"),
            Save: "    global::NetGen.Safetensors.Save(path, Weights);",
            Weights: "{ get; }",
            Create: files.Embedded is { } weights
                ? $"    return {LoadMethod}(global::NetGen.Runtime.EmbeddedWeights.Open(typeof({network.Name}).Assembly, {Code.Literal(weights)}), cache: null);"
                : null,
            Calibrate: isInteger ? CalibrateBodies(network, files) : null,
            SelfTest: files.Golden is { } golden ? $"    return global::NetGen.Runtime.GoldenTest.Run(this, {Code.Literal(golden)}, bound);" : null));
        if (graph.Outputs.Count > 1)
        {
            EmitForwardWithOutputs(writer, graph);
        }

        EmitLoad(writer, network, files);
        EmitInfo(writer, network, graph, plans);
        EmitWeightSpecs(writer, graph);
        EmitLayers(writer, graph);
        return Finish(writer, network);
    }

    /// <summary>The ranges are those of the observed form's activations, which are computed in single precision.</summary>
    private static (string Silent, string Reporting) CalibrateBodies(ClassSyntax network, NetworkFiles files) => (
        $"    {network.Name} network = Calibrate(weights, samples, out global::NetGen.CalibrationReport report);\n"
            + "    global::NetGen.Runtime.Calibrator.Warn(report);\n"
            + "    return network;",
        $"    {ThrowIfNull("weights")}\n"
            + string.Concat(TakeOffPrefix(files).Select(l => $"    {l}\n"))
            + $"    global::NetGen.Runtime.WeightSpec[] specs = {SpecsMethod}();\n"
            + $"    global::NetGen.Runtime.WeightLoader.Validate(weights, {Code.Literal(network.Name.TrimStart('@'))}, global::NetGen.Runtime.Calibrator.WithoutRanges(specs));\n"
            + $"    {EngineEmitter.FullName(network, "Observed")} observed = new({InfoField}, weights);\n"
            + $"    return new {network.Name}(global::NetGen.Runtime.Calibrator.Run(weights, specs, {InfoField}, observed, samples, out report), cache: null);");

    private static string ThrowIfNull(string argument) => $"global::System.ArgumentNullException.ThrowIfNull({argument});";

    private static string WithoutPrefix(string weights) => $"global::NetGen.WeightNames.WithoutPrefix({weights}, prefix)";

    /// <summary>What takes the declared prefix off, where there is one.</summary>
    private static IEnumerable<string> TakeOffPrefix(NetworkFiles files) => files.Prefix.Length == 0
        ? []
        : [$"weights = global::NetGen.Runtime.WeightLoader.WithoutDeclaredPrefix(weights, {Code.Literal(files.Prefix)});"];

    private static void EmitLoad(CodeWriter writer, ClassSyntax network, NetworkFiles files)
    {
        writer.Line();
        writer.Open($"private static {network.Name} {LoadMethod}({Source} weights, {Cache}? cache)");
        writer.Line(ThrowIfNull("weights"));
        foreach (string line in TakeOffPrefix(files))
        {
            writer.Line(line);
        }

        writer.Line($"global::NetGen.Runtime.WeightLoader.Validate(weights, {Code.Literal(network.Name.TrimStart('@'))}, {SpecsMethod}());");
        writer.Line($"return new {network.Name}(weights, cache);");
        writer.Close();
    }

    /// <summary>The engine for several samples at once is made when it is first wanted.</summary>
    private static string EmitBatchCall(ClassSyntax network, IReadOnlyList<Plan> plans)
    {
        string samples = Code.Text(plans[0].Tier.Sizes.BatchSamples);
        string choice = Choose(plans, p => $"new {EngineEmitter.FullName(network, EngineEmitter.BatchVariant(p.Tier))}(Weights)", Engine);
        return $"    if (count >= {samples})\n"
            + "    {\n"
            + $"        {Engine} shared = {BatchedField} ??= {choice.Replace("\n", "\n    ")};\n"
            + $"        {EngineField}.ForwardBatch(inputs, outputs, count, maxDegreeOfParallelism, shared, {samples});\n"
            + "    }\n"
            + "    else\n"
            + "    {\n"
            + $"        {EngineField}.ForwardBatch(inputs, outputs, count, maxDegreeOfParallelism);\n"
            + "    }";
    }

    /// <summary>
    /// The surface of an invalid network: everything that code may refer to, so that one mistake is reported once, and nothing that
    /// works.
    /// </summary>
    /// <param name="network">The class.</param>
    /// <param name="layers">The names of its layers.</param>
    /// <param name="files">The files it would open.</param>
    /// <param name="isInteger">Whether it is to compute with integers.</param>
    public static string EmitStub(ClassSyntax network, IReadOnlyList<string> layers, NetworkFiles files, bool isInteger)
    {
        using CodeWriter writer = Open(network, [$"The network <c>{network.Name}</c> has errors; see the compiler's messages."]);
        EmitConstants(writer, 0, 0, 0, 0, 0);
        const string error = "throw new global::System.InvalidOperationException(\"This network has errors; see the compiler's messages.\")";
        const string fail = "    " + error + ";";
        EmitMembers(writer, network, new Bodies(
            error,
            fail,
            fail,
            fail,
            fail,
            fail,
            fail,
            fail,
            fail,
            fail,
            $"=> {error};",
            files.Embedded is null ? null : fail,
            isInteger ? (fail, fail) : null,
            files.Golden is null ? null : fail));
        writer.Line();
        writer.Line("/// <summary>The constants of each layer.</summary>");
        writer.Open("public static class Layers");
        IReadOnlyList<string> classes = Names.LayerClasses(layers);
        for (int i = 0; i < layers.Count; i++)
        {
            EmitLayer(writer, classes[i], layers[i], "A layer of a network that has errors.", default, 0, 0, 0);
        }

        writer.Close();
        return Finish(writer, network);
    }

    /// <summary>What differs between a network that works and one that does not.</summary>
    private sealed record Bodies(
        string Info,
        string Load,
        string LoadCached,
        string LoadPrefixed,
        string Random,
        string Forward,
        string Observe,
        string Parallel,
        string Batch,
        string Save,
        string Weights,
        string? Create,
        (string Silent, string Reporting)? Calibrate,
        string? SelfTest);

    private static CodeWriter Open(ClassSyntax network, IReadOnlyList<string> summary)
    {
        var writer = new CodeWriter();
        if (network.IsOutdated)
        {
            Names.WriteOutdatedHeader(writer);
        }
        else
        {
            Names.WriteHeader(writer);
        }

        if (network.Namespace.Length > 0 && network.IsOutdated)
        {
            writer.Open($"namespace {network.Namespace}");
        }
        else if (network.Namespace.Length > 0)
        {
            writer.Line($"namespace {network.Namespace};");
            writer.Line();
        }

        foreach (string container in network.Containers)
        {
            writer.Open(container);
        }

        writer.Line("/// <summary>");
        foreach (string line in summary)
        {
            writer.Line("/// " + line);
        }

        writer.Line("/// </summary>");
        writer.Open($"partial {network.Keyword} {network.Name}" + (network.IsOutdated ? "" : $" : global::NetGen.INetwork<{network.Name}>"));
        return writer;
    }

    private static string Finish(CodeWriter writer, ClassSyntax network)
    {
        writer.Close();
        foreach (string unused in network.Containers)
        {
            writer.Close();
        }

        if (network.Namespace.Length > 0 && network.IsOutdated)
        {
            writer.Close();
        }

        return writer.ToString();
    }

    private static void EmitConstants(CodeWriter writer, int input, int output, long parameters, long multiplyAdds, int workspace)
    {
        Constant(writer, "int", "InputLength", input, "The values of one sample: what <c>Forward</c> takes.");
        Constant(writer, "int", "OutputLength", output, "The values that <c>Forward</c> gives for one sample.");
        Constant(writer, "long", "ParameterCount", parameters, "The learned parameters, biases counted, running statistics not.");
        Constant(writer, "long", "MultiplyAddCount", multiplyAdds, "The multiply-adds of convolutions and dense layers for one sample.");
        Constant(writer, "int", "WorkspaceLength", workspace, "The floats that one running <c>Forward</c> needs for its activations.");
    }

    private static void Constant(CodeWriter writer, string type, string name, long value, string summary)
    {
        writer.Line($"/// <summary>{summary}</summary>");
        writer.Line($"public const {type} {name} = {Code.Text(value)};");
        writer.Line();
    }

    private static void EmitMembers(CodeWriter writer, ClassSyntax network, Bodies bodies)
    {
        string name = network.Name;
        Member("<inheritdoc cref=\"global::NetGen.INetwork{TSelf}.Info\"/>", $"public static global::NetGen.NetworkInfo Info => {bodies.Info};");
        Member("<inheritdoc cref=\"global::NetGen.INetwork{TSelf}.Weights\"/>", $"public {Source} Weights {bodies.Weights}");
        Method(
            "<inheritdoc cref=\"global::NetGen.INetwork{TSelf}.Load(string)\"/>",
            $"public static {name} Load(string path)",
            $"    return Load(({Source})global::NetGen.Safetensors.Open(path));");
        Method(
            "<inheritdoc cref=\"global::NetGen.INetwork{TSelf}.Load(string, string)\"/>",
            $"public static {name} Load(string path, string cachePath)",
            bodies.LoadCached);
        Method(
            "<inheritdoc cref=\"global::NetGen.INetwork{TSelf}.Load(string, string, string)\"/>",
            $"public static {name} Load(string path, string{(network.IsOutdated ? "" : "?")} cachePath = null, string prefix = \"\")",
            bodies.LoadPrefixed);
        Method(
            "<inheritdoc cref=\"global::NetGen.INetwork{TSelf}.Load(global::System.IO.Stream)\"/>",
            $"public static {name} Load(global::System.IO.Stream stream)",
            $"    return Load(({Source})global::NetGen.Safetensors.Read(stream));");
        Method(
            "<inheritdoc cref=\"global::NetGen.INetwork{TSelf}.Load(global::System.IO.Stream, string)\"/>",
            $"public static {name} Load(global::System.IO.Stream stream, string prefix)",
            $"    return Load(({Source})global::NetGen.Safetensors.Read(stream), prefix);");
        Method(
            "<inheritdoc cref=\"global::NetGen.INetwork{TSelf}.Load(global::NetGen.IWeightSource)\"/>",
            $"public static {name} Load({Source} weights)",
            bodies.Load);
        Method(
            "<inheritdoc cref=\"global::NetGen.INetwork{TSelf}.Load(global::NetGen.IWeightSource, string)\"/>",
            $"public static {name} Load({Source} weights, string prefix)",
            $"    return Load(({Source}){WithoutPrefix("weights")});");
        Method("<inheritdoc cref=\"global::NetGen.INetwork{TSelf}.Random(int)\"/>", $"public static {name} Random(int seed)", bodies.Random);
        Method(
            $"<inheritdoc cref=\"global::NetGen.INetwork{{TSelf}}.Forward({Doc(Input)}, {Doc(Output)})\"/>",
            $"public void Forward({Input} input, {Output} output)",
            bodies.Forward);
        Method(
            "<summary>Computes the network for one sample, into a new array.</summary>\n<param name=\"input\">The sample in NCHW order.</param>",
            $"public float[] Forward({Input} input)",
            $"    float[] output = new float[OutputLength];\n    Forward(input, new {Output}(output));\n    return output;");
        Method(
            $"<inheritdoc cref=\"global::NetGen.INetwork{{TSelf}}.Forward({Doc(Input)}, {Doc(Output)}, global::NetGen.LayerObserver)\"/>",
            $"public void Forward({Input} input, {Output} output, global::NetGen.LayerObserver observer)",
            bodies.Observe);
        Method(
            $"<inheritdoc cref=\"global::NetGen.INetwork{{TSelf}}.Forward({Doc(Input)}, {Doc(Output)}, global::NetGen.NetworkParallelism)\"/>",
            $"public void Forward({Input} input, {Output} output, global::NetGen.NetworkParallelism parallelism)",
            bodies.Parallel);
        Method(
            $"<inheritdoc cref=\"global::NetGen.INetwork{{TSelf}}.ForwardBatch({Doc(Input)}, {Doc(Output)}, int)\"/>",
            $"public void ForwardBatch({Input} inputs, {Output} outputs, int maxDegreeOfParallelism = -1)",
            bodies.Batch);
        Method(
            "<summary>Saves the weights as a safetensors file, which <c>Load</c> reads back.</summary>\n<param name=\"path\">The file's path.</param>",
            "public void Save(string path)",
            bodies.Save);
        if (bodies.Create is { } create)
        {
            Method("<summary>Creates the network with the weights that are part of this assembly.</summary>", $"public static {name} Create()", create);
        }

        if (bodies.Calibrate is { } calibrate)
        {
            const string parameters = "<param name=\"weights\">The weights.</param>\n<param name=\"samples\">The samples in NCHW order, one after the other.</param>";
            Method(
                "<summary>Creates the network with the ranges of its activations, found on samples of the data it is made for: some hundred will do. <c>Save</c> keeps them with the weights. Where a few wild values make a range too wide, <see cref=\"global::System.Diagnostics.Trace\"/> gets a warning.</summary>\n"
                    + parameters,
                $"public static {name} Calibrate({Source} weights, {Input} samples)",
                calibrate.Silent);
            Method(
                "<summary>Creates the network with the ranges of its activations, found on samples of the data it is made for, and reports them. <c>Save</c> keeps them with the weights.</summary>\n"
                    + parameters + "\n<param name=\"report\">The ranges, what they cut off, and a warning where a few wild values make one too wide.</param>",
                $"public static {name} Calibrate({Source} weights, {Input} samples, out global::NetGen.CalibrationReport report)",
                calibrate.Reporting);
        }

        if (bodies.SelfTest is { } selfTest)
        {
            Method(
                "<summary>Computes the reference input that <c>[Golden]</c> names, and compares the output, and the layers for which there are references.</summary>\n"
                    + "<param name=\"bound\">The largest error that passes, as a share of the largest value of the reference.</param>",
                "public global::NetGen.SelfTestResult SelfTest(double bound = 1e-4)",
                selfTest);
        }

        void Member(string documentation, string code)
        {
            writer.Line();
            foreach (string line in documentation.Split('\n'))
            {
                writer.Line("/// " + line);
            }

            writer.Line(Names.GeneratedCode);
            writer.Line(code);
        }

        void Method(string documentation, string signature, string body)
        {
            Member(documentation, signature);
            writer.Line("{");
            writer.Line(body);
            writer.Line("}");
        }
    }

    /// <summary>A <c>Forward</c> with one span for each output.</summary>
    private static void EmitForwardWithOutputs(CodeWriter writer, Graph graph)
    {
        Layer[] outputs = [.. graph.Outputs.Select(o => graph.Layers[o])];
        string[] names = [.. Names.LayerClasses(outputs.Select(o => o.Name)).Select(n => char.ToLowerInvariant(n[0]) + n.Substring(1) + "Output")];
        writer.Line();
        writer.Line("/// <summary>Computes the network for one sample. It allocates nothing, and any number of threads may call it at once.</summary>");
        writer.Line("/// <param name=\"input\">The sample in NCHW order.</param>");
        for (int i = 0; i < outputs.Length; i++)
        {
            writer.Line($"/// <param name=\"{names[i]}\">Takes the result of <c>{outputs[i].Name}</c>, {outputs[i].Output}.</param>");
        }

        writer.Line(Names.GeneratedCode);
        writer.Open($"public void Forward({Input} input, {string.Join(", ", names.Select(n => $"{Output} {n}"))})");
        writer.Line("global::NetGen.Runtime.NetworkGuard.CheckInput(input, InputLength);");
        for (int i = 0; i < outputs.Length; i++)
        {
            writer.Line($"global::NetGen.Runtime.NetworkGuard.CheckOutput({names[i]}, {Code.Text(outputs[i].Output.Length)}, {Code.Literal(names[i])});");
        }

        writer.Line($"using {Engine}.LentOutputs outputs = {EngineField}.Forward(input);");
        int start = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            writer.Line($"outputs.Values.Slice({Code.Text(start)}, {Code.Text(outputs[i].Output.Length)}).CopyTo({names[i]});");
            start += outputs[i].Output.Length;
        }

        writer.Close();
    }

    private static string Doc(string type) => type.Replace('<', '{').Replace('>', '}');

    private static void EmitInfo(CodeWriter writer, ClassSyntax network, Graph graph, IReadOnlyList<Plan> plans)
    {
        writer.Line();
        writer.Open("private static global::NetGen.NetworkInfo " + InfoMethod + "()");
        string choice = Choose(plans, p => EngineEmitter.FullName(network, p.Tier.Name) + ".Algorithms", "string[]");
        writer.Line($"string[] algorithms = {choice};");
        writer.Open("return new global::NetGen.NetworkInfo");
        writer.Line($"Name = {Code.Literal(network.Name.TrimStart('@'))},");
        writer.Line($"Input = {ShapeOf(graph.Input)},");
        writer.Line($"Output = {ShapeOf(graph.Output)},");
        writer.Line("WorkspaceLength = WorkspaceLength,");
        writer.Line($"Outputs = [{string.Join(", ", graph.Outputs.Select(o => Code.Literal(graph.Layers[o].Name)))}],");
        writer.Line("Layers =");
        writer.Line("[");
        for (int i = 0; i < graph.Layers.Count; i++)
        {
            Layer layer = graph.Layers[i];
            string sources = string.Join(", ", layer.Sources.Select(s => Code.Literal(s < 0 ? "input" : graph.Layers[s].Name)));
            string arguments = layer.Operation.Arguments.Any()
                ? $", Arguments = [{string.Join(", ", layer.Operation.Arguments.Select(ArgumentOf))}]"
                : "";
            string parameters = layer.ParameterCount > 0
                ? $", ParameterCount = {Code.Text(layer.ParameterCount)}, WeightCount = {Code.Text(layer.WeightCount)}, ParameterFormula = {Code.Literal(layer.ParameterFormula)}"
                : "";
            string multiplyAdds = layer.MultiplyAddCount > 0 ? $", MultiplyAddCount = {Code.Text(layer.MultiplyAddCount)}" : "";
            writer.Line(
                $"    new() {{ Name = {Code.Literal(layer.Name)}, Kind = {Code.Literal(layer.Kind)}, Sources = [{sources}], Input = {ShapeOf(layer.Input)}, Output = {ShapeOf(layer.Output)}{arguments}{parameters}{multiplyAdds}, Algorithm = algorithms[{Code.Text(i)}] }},");
        }

        writer.Line("],");
        writer.Close(";");
        writer.Close();
    }

    private static string ArgumentOf(OperationArgument argument) =>
        $"new({Code.Literal(argument.Name)}, [{string.Join(", ", argument.Values.Select(Code.Number))}])";

    private static string ShapeOf(Shape shape) => shape.IsVector
        ? $"new({Code.Text(shape.Channels)})"
        : $"new({Code.Text(shape.Channels)}, {Code.Text(shape.Height)}, {Code.Text(shape.Width)})";

    private static void EmitWeightSpecs(CodeWriter writer, Graph graph)
    {
        writer.Line();
        writer.Open("private static global::NetGen.Runtime.WeightSpec[] " + SpecsMethod + "()");
        writer.Line("return");
        writer.Line("[");
        foreach (Layer layer in graph.Layers)
        {
            foreach (WeightTensor tensor in layer.Weights)
            {
                string shape = string.Join(", ", tensor.Shape.Select(d => Code.Text(d)));
                string fanIn = tensor.Init == WeightInit.Uniform ? ", " + Code.Text(tensor.FanIn) : "";
                writer.Line($"    {tensor.Init}({Code.Literal(layer.TensorName(tensor.Suffix))}, [{shape}]{fanIn}),");
            }
        }

        writer.Line("];");
        foreach (WeightInit init in System.Enum.GetValues(typeof(WeightInit)))
        {
            if (!graph.Layers.Any(l => l.Weights.Any(w => w.Init == init)))
            {
                continue;
            }

            (string parameter, string argument) = init == WeightInit.Uniform ? (", int fanIn", ", fanIn") : ("", "");
            writer.Line();
            writer.Line(
                $"static global::NetGen.Runtime.WeightSpec {init}(string name, global::System.Collections.Immutable.ImmutableArray<int> shape{parameter}) =>\n    new(name, shape, global::NetGen.Runtime.WeightInit.{init}{argument});");
        }

        writer.Close();
    }

    private static void EmitLayers(CodeWriter writer, Graph graph)
    {
        writer.Line();
        writer.Line("/// <summary>The constants of each layer.</summary>");
        writer.Open("public static class Layers");
        IReadOnlyList<string> classes = Names.LayerClasses(graph.Layers.Select(l => l.Name));
        for (int i = 0; i < graph.Layers.Count; i++)
        {
            Layer layer = graph.Layers[i];
            string parameters = layer.ParameterCount > 0 ? $", {layer.ParameterFormula} = {Number(layer.ParameterCount)} parameters" : "";
            EmitLayer(
                writer,
                classes[i],
                layer.Name,
                $"{layer.Kind}: {layer.Input} → {layer.Output}{parameters}.",
                layer.Output,
                layer.ParameterCount,
                layer.WeightCount,
                layer.MultiplyAddCount);
        }

        writer.Close();
    }

    private static void EmitLayer(
        CodeWriter writer, string className, string name, string summary, Shape output, long parameters, long weights, long multiplyAdds)
    {
        writer.Line($"/// <summary>{summary}</summary>");
        writer.Open($"public static class {className}");
        writer.Line("/// <summary>The layer's name.</summary>");
        writer.Line($"public const string Name = {Code.Literal(name)};");
        writer.Line("/// <summary>The shape it gives; a vector's features are channels of one pixel.</summary>");
        writer.Line($"public const int Channels = {Code.Text(output.Channels)}, Height = {Code.Text(output.Height)}, Width = {Code.Text(output.Width)};");
        writer.Line("/// <summary>Its parameters with and without biases, and its multiply-adds for one sample.</summary>");
        writer.Line(
            $"public const long ParameterCount = {Code.Text(parameters)}, WeightCount = {Code.Text(weights)}, MultiplyAddCount = {Code.Text(multiplyAdds)};");
        writer.Close();
        writer.Line();
    }

    /// <summary>The layer table as documentation, so that hovering over the class shows every shape.</summary>
    private static IReadOnlyList<string> DocumentationTable(ClassSyntax network, Graph graph)
    {
        var lines = new List<string>
        {
            $"{network.Name.TrimStart('@')}: {graph.Input} → {graph.Output}, {Number(graph.ParameterCount)} parameters, {Number(graph.MultiplyAddCount)} multiply-adds.",
            "<code>",
        };
        var rows = new List<string[]> { new[] { "layer", "kind", "output", "parameters", "multiply-adds" } };
        rows.Add(["input", "", graph.Input.ToString(), "", ""]);
        rows.AddRange(graph.Layers.Select(l => new[]
        {
            l.Name,
            l.Kind,
            l.Output.ToString(),
            l.ParameterCount > 0 ? Number(l.ParameterCount) : "",
            l.MultiplyAddCount > 0 ? Number(l.MultiplyAddCount) : "",
        }));
        int[] widths = [.. Enumerable.Range(0, 5).Select(c => rows.Max(r => r[c].Length))];
        lines.AddRange(rows.Select(r =>
            string.Join("  ", r.Select((cell, c) => c < 3 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))).TrimEnd()));
        lines.Add("</code>");
        return lines;
    }

    private static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>The widest tier that the machine accelerates; the last one needs no acceleration.</summary>
    private static string Choose(IReadOnlyList<Plan> plans, System.Func<Plan, string> value, string type)
    {
        string choice = value(plans[plans.Count - 1]);
        for (int i = plans.Count - 2; i >= 0; i--)
        {
            string cast = i == plans.Count - 2 ? $"({type})" : "";
            string condition = plans[i].Tier.HasDotProducts ? "X86.AvxVnni.IsSupported" : Tier.NameOf(plans[i].Tier.Lanes) + ".IsHardwareAccelerated";
            choice = $"global::System.Runtime.Intrinsics.{condition}\n        ? {cast}{value(plans[i])}\n        : {choice}";
        }

        return choice;
    }
}
