using NetGen.Generator.Parsing;

namespace NetGen.Generator.Emission;

/// <summary>Writes the members that every network has, whatever they do.</summary>
internal sealed class MemberEmitter(CodeWriter writer, ClassSyntax network, SurfaceBodies bodies)
{
    private readonly string name = network.Name;

    /// <summary>Writes all of them.</summary>
    /// <param name="files">The files that the network opens, for which it may have methods.</param>
    /// <param name="isInteger">Whether the network computes with integers, and so finds ranges.</param>
    public void Emit(NetworkFiles files, bool isInteger)
    {
        EmitLoading();
        EmitForward();
        Method(
            """
            <summary>Saves the weights as a safetensors file, which <c>Load</c> reads back.</summary>
            <param name="path">The file's path.</param>
            """,
            "public void Save(string path)",
            bodies.Save);
        if (files.Embedded is not null)
        {
            Method("<summary>Creates the network with the weights that are part of this assembly.</summary>", $"public static {name} Create()", bodies.Create);
        }

        if (isInteger)
        {
            EmitCalibration();
        }

        if (files.Golden is not null)
        {
            Method(
                """
                <summary>Computes the reference input that <c>[Golden]</c> names, and compares the output, and the layers for which there are references.</summary>
                <param name="bound">The largest error that passes, as a share of the largest value of the reference.</param>
                """,
                "public global::NetGen.SelfTestResult SelfTest(double bound = 1e-4)",
                bodies.SelfTest);
        }
    }

    private void EmitLoading()
    {
        Member(Inherit("Info"), $"public static global::NetGen.NetworkInfo Info => {bodies.Info};");
        Member(Inherit("Weights"), $"public {Surface.Source} Weights {bodies.Weights}");
        Method(
            Inherit("Load(string)"),
            $"public static {name} Load(string path)",
            $"return Load(({Surface.Source})global::NetGen.Safetensors.Open(path));");
        Method(Inherit("Load(string, string)"), $"public static {name} Load(string path, string cachePath)", bodies.LoadCached);
        Method(
            Inherit("Load(string, string, string)"),
            $"public static {name} Load(string path, string{(network.IsOutdated ? "" : "?")} cachePath = null, string prefix = \"\")",
            bodies.LoadPrefixed);
        Method(
            Inherit("Load(global::System.IO.Stream)"),
            $"public static {name} Load(global::System.IO.Stream stream)",
            $"return Load(({Surface.Source})global::NetGen.Safetensors.Read(stream));");
        Method(
            Inherit("Load(global::System.IO.Stream, string)"),
            $"public static {name} Load(global::System.IO.Stream stream, string prefix)",
            $"return Load(({Surface.Source})global::NetGen.Safetensors.Read(stream), prefix);");
        Method(Inherit("Load(global::NetGen.IWeightSource)"), $"public static {name} Load({Surface.Source} weights)", bodies.Load);
        Method(
            Inherit("Load(global::NetGen.IWeightSource, string)"),
            $"public static {name} Load({Surface.Source} weights, string prefix)",
            $"return Load(({Surface.Source}){Surface.WithoutPrefix("weights")});");
        Method(Inherit("Random(int)"), $"public static {name} Random(int seed)", bodies.Random);
    }

    private void EmitForward()
    {
        const string parameters = $"{Surface.Input} input, {Surface.Output} output";
        string types = $"{Surface.Input}, {Surface.Output}".Replace('<', '{').Replace('>', '}');
        Method(Inherit($"Forward({types})"), $"public void Forward({parameters})", bodies.Forward);
        Method(
            """
            <summary>Computes the network for one sample, into a new array.</summary>
            <param name="input">The sample in NCHW order.</param>
            """,
            $"public float[] Forward({Surface.Input} input)",
            $"""
            float[] output = new float[OutputLength];
            Forward(input, new {Surface.Output}(output));
            return output;
            """);
        Method(
            Inherit($"Forward({types}, global::NetGen.LayerObserver)"),
            $"public void Forward({parameters}, global::NetGen.LayerObserver observer)",
            bodies.Observe);
        Method(
            Inherit($"Forward({types}, global::NetGen.NetworkParallelism)"),
            $"public void Forward({parameters}, global::NetGen.NetworkParallelism parallelism)",
            bodies.Parallel);
        Method(
            Inherit($"ForwardBatch({types}, int)"),
            $"public void ForwardBatch({Surface.Input} inputs, {Surface.Output} outputs, int maxDegreeOfParallelism = -1)",
            bodies.Batch);
    }

    private void EmitCalibration()
    {
        const string parameters = """
            <param name="weights">The weights.</param>
            <param name="samples">The samples in NCHW order, one after the other.</param>
            """;
        Method(
            $"""
            <summary>Creates the network with the ranges of its activations, found on samples of the data it is made for: some hundred will do. <c>Save</c> keeps them with the weights. Where a few wild values make a range too wide, <see cref="global::System.Diagnostics.Trace"/> gets a warning.</summary>
            {parameters}
            """,
            $"public static {name} Calibrate({Surface.Source} weights, {Surface.Input} samples)",
            bodies.Calibrate);
        Method(
            $"""
            <summary>Creates the network with the ranges of its activations, found on samples of the data it is made for, and reports them. <c>Save</c> keeps them with the weights.</summary>
            {parameters}
            <param name="report">The ranges, what they cut off, and a warning where a few wild values make one too wide.</param>
            """,
            $"public static {name} Calibrate({Surface.Source} weights, {Surface.Input} samples, out global::NetGen.CalibrationReport report)",
            bodies.CalibrateReporting);
    }

    /// <summary>The documentation of a member that the interface of all networks has.</summary>
    private static string Inherit(string member) => $$"""<inheritdoc cref="global::NetGen.INetwork{TSelf}.{{member}}"/>""";

    private void Member(string documentation, string code)
    {
        writer.Line();
        foreach (string line in documentation.Replace("\r", "").Split('\n'))
        {
            writer.Line("/// " + line);
        }

        writer.Line(Names.GeneratedCode);
        writer.Line(code);
    }

    private void Method(string documentation, string signature, string body)
    {
        Member(documentation, signature);
        using (writer.Block())
        {
            writer.Line(body);
        }
    }
}
