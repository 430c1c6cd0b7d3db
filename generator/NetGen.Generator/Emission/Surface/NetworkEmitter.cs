using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>Writes a network's public surface: constants, layer table, loading and the calls into its engine.</summary>
internal static class NetworkEmitter
{
    /// <summary>The surface of a valid network.</summary>
    /// <param name="network">The class.</param>
    /// <param name="graph">The network.</param>
    /// <param name="plans">Its plans, widest tier first.</param>
    /// <param name="files">The files it opens.</param>
    public static string Emit(ClassSyntax network, Graph graph, IReadOnlyList<Plan> plans, NetworkFiles files)
    {
        using var writer = new CodeWriter();
        using (OpenNamespace(writer, network))
        using (OpenClass(writer, network, LayerTable.Documentation(network, graph)))
        {
            EmitConstants(
                writer, graph.Input.Length, graph.Output.Length, graph.ParameterCount, graph.MultiplyAddCount, plans.Max(p => p.WorkspaceLength));
            EmitFields(writer, network, graph);
            EmitConstructor(writer, network, plans);
            new MemberEmitter(writer, network, new NetworkBodies(network, graph, plans, files)).Emit(files, graph.Options.Precision == Precision.Int8);
            SpanEmitter.Emit(writer, network, graph);
            EmitLoad(writer, network, files);
            InfoEmitter.EmitInfo(writer, network, graph, plans);
            InfoEmitter.EmitWeightSpecs(writer, graph);
            LayerConstants.Emit(writer, graph);
        }

        return writer.ToString();
    }

    /// <summary>
    /// The surface of an invalid network: everything that code may refer to, so that one mistake is reported once, and nothing that
    /// works.
    /// </summary>
    /// <param name="syntax">The network as written.</param>
    /// <param name="layers">The names of its layers.</param>
    /// <param name="files">The files it would open.</param>
    public static string EmitStub(NetworkSyntax syntax, IReadOnlyList<string> layers, NetworkFiles files)
    {
        ClassSyntax network = syntax.Class;
        using var writer = new CodeWriter();
        using (OpenNamespace(writer, network))
        using (OpenClass(writer, network, [$"The network <c>{network.Name}</c> has errors; see the compiler's messages."]))
        {
            EmitConstants(writer, 0, 0, 0, 0, 0);
            new MemberEmitter(writer, network, new StubBodies()).Emit(files, syntax.Options.Precision == Precision.Int8);
            SpanEmitter.EmitStub(writer, syntax);
            LayerConstants.EmitStub(writer, layers);
        }

        return writer.ToString();
    }

    /// <summary>Opens the namespace, and the types around the class.</summary>
    private static CodeWriter.Scope OpenNamespace(CodeWriter writer, ClassSyntax network)
    {
        string[] blocks = [.. network.Containers];
        if (network.IsOutdated)
        {
            Names.WriteOutdatedHeader(writer);
            blocks = network.Namespace.Length > 0 ? [$"namespace {network.Namespace}", .. blocks] : blocks;
        }
        else
        {
            Names.WriteHeader(writer);
            if (network.Namespace.Length > 0)
            {
                writer.Line($"namespace {network.Namespace};");
                writer.Line();
            }
        }

        return writer.Blocks(blocks);
    }

    private static CodeWriter.Scope OpenClass(CodeWriter writer, ClassSyntax network, IReadOnlyList<string> summary)
    {
        writer.Line("/// <summary>");
        foreach (string line in summary)
        {
            writer.Line("/// " + line);
        }

        writer.Line("/// </summary>");
        return writer.Block($"partial {network.Keyword} {network.Name}{(network.IsOutdated ? "" : $" : global::NetGen.INetwork<{network.Name}>")}");
    }

    private static void EmitConstants(CodeWriter writer, int input, int output, long parameters, long multiplyAdds, int workspace)
    {
        Constant("int", GeneratedMembers.InputLength, input, "The values of one sample: what <c>Forward</c> takes.");
        Constant("int", GeneratedMembers.OutputLength, output, "The values that <c>Forward</c> gives for one sample.");
        Constant("long", GeneratedMembers.ParameterCount, parameters, "The learned parameters, biases counted, running statistics not.");
        Constant("long", GeneratedMembers.MultiplyAddCount, multiplyAdds, "The multiply-adds of convolutions and dense layers for one sample.");
        Constant("int", GeneratedMembers.WorkspaceLength, workspace, "The floats that one running <c>Forward</c> needs for its activations.");

        void Constant(string type, string name, long value, string summary)
        {
            writer.Line($"/// <summary>{summary}</summary>");
            writer.Line($"public const {type} {name} = {value};");
            writer.Line();
        }
    }

    private static void EmitFields(CodeWriter writer, ClassSyntax network, Graph graph)
    {
        writer.Line($"""
            private static readonly global::NetGen.NetworkInfo {Surface.InfoField} = {Surface.InfoMethod}();

            private readonly {Surface.Engine} {Surface.EngineField};
            private {EngineEmitter.FullName(network, "Observed")}? {Surface.ObservedField};
            """);
        if (BatchRewrite.IsPossible(graph))
        {
            writer.Line($"private {Surface.Engine}? {Surface.BatchedField};");
        }
    }

    private static void EmitConstructor(CodeWriter writer, ClassSyntax network, IReadOnlyList<Plan> plans)
    {
        string choice = Surface.Choose(
            plans, p => $"new {EngineEmitter.FullName(network, p.Tier.Name)}(weights, cache)", Surface.Engine, indent: 4);
        writer.Line();
        using (writer.Block($"private {network.Name}({Surface.Source} weights, {Surface.Cache}? cache)"))
        {
            writer.Line($"{GeneratedMembers.Weights} = weights;");
            writer.Line($"{Surface.EngineField} = {choice};");
        }
    }

    private static void EmitLoad(CodeWriter writer, ClassSyntax network, NetworkFiles files)
    {
        writer.Line();
        using (writer.Block($"private static {network.Name} {Surface.LoadMethod}({Surface.Source} weights, {Surface.Cache}? cache)"))
        {
            writer.Line(NetworkBodies.TakeWeights(files));
            writer.Line(NetworkBodies.Validate(network, Surface.SpecsMethod + "()"));
            writer.Line($"return new {network.Name}(weights, cache);");
        }
    }
}
