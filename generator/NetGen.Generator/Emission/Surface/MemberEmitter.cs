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
            "public void " + GeneratedMembers.Save.Signature,
            bodies.Save);
        if (files.Embedded is not null)
        {
            Method("<summary>Creates the network with the weights that are part of this assembly.</summary>", Creating(GeneratedMembers.Create), bodies.Create);
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
                "public global::NetGen.SelfTestResult " + GeneratedMembers.SelfTest.Signature,
                bodies.SelfTest);
        }
    }

    private void EmitLoading()
    {
        Member(Inherit(GeneratedMembers.Info), $"public static global::NetGen.NetworkInfo {GeneratedMembers.Info} => {bodies.Info};");
        Member(Inherit(GeneratedMembers.Weights), $"public {Surface.Source} {GeneratedMembers.Weights} {bodies.Weights}");
        Loading(GeneratedMembers.LoadPath, $"return Load(({Surface.Source})global::NetGen.Safetensors.Open(path));");
        Loading(GeneratedMembers.LoadCached, bodies.LoadCached);
        Loading(GeneratedMembers.LoadPrefixed, bodies.LoadPrefixed);
        Loading(GeneratedMembers.LoadStream, $"return Load(({Surface.Source})global::NetGen.Safetensors.Read(stream));");
        Loading(GeneratedMembers.LoadPrefixedStream, $"return Load(({Surface.Source})global::NetGen.Safetensors.Read(stream), prefix);");
        Loading(GeneratedMembers.LoadWeights, bodies.Load);
        Loading(GeneratedMembers.LoadPrefixedWeights, $"return Load(({Surface.Source}){Surface.WithoutPrefix("weights")});");
        Loading(GeneratedMembers.Random, bodies.Random);

        void Loading(GeneratedMethod method, string body) => Method(Inherit(method.Reference), Creating(method), body);
    }

    private void EmitForward()
    {
        Computing(GeneratedMembers.Forward, bodies.Forward);
        Method(
            """
            <summary>Computes the network for one sample, into a new array.</summary>
            <param name="input">The sample in NCHW order.</param>
            """,
            "public float[] " + GeneratedMembers.ForwardToArray.Signature,
            $"""
            float[] output = new float[{GeneratedMembers.OutputLength}];
            Forward(input, new {Surface.Output}(output));
            return output;
            """);
        Computing(GeneratedMembers.ForwardObserved, bodies.Observe);
        Computing(GeneratedMembers.ForwardParallel, bodies.Parallel);
        Computing(GeneratedMembers.ForwardBatch, bodies.Batch);

        void Computing(GeneratedMethod method, string body) => Method(Inherit(method.Reference), "public void " + method.Signature, body);
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
            Creating(GeneratedMembers.Calibrate),
            bodies.Calibrate);
        Method(
            $"""
            <summary>Creates the network with the ranges of its activations, found on samples of the data it is made for, and reports them. <c>Save</c> keeps them with the weights.</summary>
            {parameters}
            <param name="report">The ranges, what they cut off, and a warning where a few wild values make one too wide.</param>
            """,
            Creating(GeneratedMembers.CalibrateReporting),
            bodies.CalibrateReporting);
    }

    private string Creating(GeneratedMethod method) =>
        $"public static {name} {(network.IsOutdated ? method.OutdatedSignature : method.Signature)}";

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
