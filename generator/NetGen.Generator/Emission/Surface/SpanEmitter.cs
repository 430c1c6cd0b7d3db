using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Emission;

/// <summary>
/// Writes the <c>Forward</c> with a span for each input and output, for networks that have several, and the <c>Session</c> of those that
/// have states.
/// </summary>
internal static class SpanEmitter
{
    private const string Guard = "global::NetGen.Runtime.NetworkGuard";
    private const string Session = GeneratedMembers.Session;

    /// <summary>A parameter: an input or output, and where it lies among all of them.</summary>
    private sealed record Parameter(string Name, string Type, Shape Shape, int Start, string Description)
    {
        public string Declaration => Type + " " + Name;

        public string Slice(string all) => $"{all}.Slice({Literal.Int(Start)}, {Literal.Int(Shape.Length)})";
    }

    /// <summary>The floats that a call of <c>Forward</c> borrows for outputs and for inputs.</summary>
    public static (int Outputs, int Inputs) LentLengths(Graph graph) => graph.States.Count > 0 ? default
        : (graph.Outputs.Count > 1 ? graph.Output.Length : 0, TakesSpans(graph) ? graph.Input.Length : 0);

    /// <summary>Writes what a network has.</summary>
    public static void Emit(CodeWriter writer, ClassSyntax network, Graph graph)
    {
        if (graph.States.Count > 0)
        {
            EmitSession(writer, network, graph);
        }
        else if (graph.Outputs.Count > 1 || TakesSpans(graph))
        {
            EmitForward(writer, graph);
        }
    }

    /// <summary>Whether the inputs cannot be read where the caller has them.</summary>
    private static bool TakesSpans(Graph graph) => graph.Inputs.Count > 1 || graph.Inputs[0].Type != InputType.Single;

    /// <summary>Writes the same for a network that has errors, so that calls of it have none.</summary>
    public static void EmitStub(CodeWriter writer, NetworkSyntax network)
    {
        if (GeneratedMembers.SpansOf(network.Layers, network.Blocks) is not { } spans)
        {
            return;
        }

        string parameters = string.Join(", ", spans.Parameters.Select((type, i) => $"{type} value{Literal.Int(i + 1)}"));
        writer.Line();
        if (spans.HasState)
        {
            writer.Line(Names.GeneratedCode);
            writer.Line($"public {Session} {GeneratedMembers.CreateSession.Signature} => {StubBodies.Fail}");
            writer.Line();
            writer.Line(Names.GeneratedCode);
        }

        using (spans.HasState ? writer.Block($"public abstract class {Session} : global::NetGen.NetworkSession") : default)
        {
            if (spans.HasState)
            {
                string none = network.Class.IsOutdated ? "null" : "null!";
                writer.Line($"private {Session}() : base({none}, {none}) => {StubBodies.Fail}");
                writer.Line();
            }

            writer.Line(Names.GeneratedCode);
            writer.Line($"public void Forward({parameters}) => {StubBodies.Fail}");
        }
    }

    private static void EmitForward(CodeWriter writer, Graph graph)
    {
        Parameter[] inputs = InputsOf(graph);
        Parameter[] outputs = OutputsOf(graph);
        EmitHead(writer, inputs, outputs, "It allocates nothing, and any number of threads may call it at once.");
        using (writer.Block($"public void Forward({string.Join(", ", inputs.Concat(outputs).Select(p => p.Declaration))})"))
        {
            EmitChecks(writer, inputs, outputs);
            writer.Line($"using {Surface.Engine}.LentCall call = {Surface.EngineField}.Lend();");
            if (TakesSpans(graph))
            {
                EmitInputs(writer, inputs, "call.Inputs");
            }

            string from = TakesSpans(graph) ? "call.Inputs" : inputs[0].Name;
            writer.Line($"call.Forward({from}, {(outputs.Length > 1 ? "call.Outputs" : outputs[0].Name)});");
            if (outputs.Length > 1)
            {
                EmitOutputs(writer, outputs, "call.Outputs");
            }
        }
    }

    private static void EmitSession(CodeWriter writer, ClassSyntax network, Graph graph)
    {
        Parameter[] inputs = InputsOf(graph);
        Parameter[] outputs = OutputsOf(graph);
        string states = string.Join(", ", graph.States.Select(s => graph.Inputs[s.Input].Name));
        writer.Line();
        writer.Line($"/// <summary>Creates a session, which keeps the states of one run of calls: {states}.</summary>");
        writer.Line(Names.GeneratedCode);
        writer.Line($"public {Session} {GeneratedMembers.CreateSession.Signature} => new(this);");
        writer.Line();
        writer.Line($"/// <summary>Calls that follow one another: each takes the states that the one before left. The states are {states}.</summary>");
        writer.Line(Names.GeneratedCode);
        using (writer.Block($"public sealed class {Session} : global::NetGen.NetworkSession"))
        {
            using (writer.Block($"internal {Session}({network.Name} network)\n    : base({Surface.InfoField}, network.{Surface.EngineField})"))
            {
            }

            EmitHead(writer, inputs, outputs, "It allocates nothing; one thread at a time may call it.");
            using (writer.Block($"public void Forward({string.Join(", ", inputs.Concat(outputs).Select(p => p.Declaration))})"))
            {
                EmitChecks(writer, inputs, outputs);
                EmitInputs(writer, inputs, "Inputs");
                writer.Line("Run();");
                EmitOutputs(writer, outputs, "Outputs");
            }
        }
    }

    private static void EmitHead(CodeWriter writer, Parameter[] inputs, Parameter[] outputs, string remark)
    {
        writer.Line();
        writer.Line($"/// <summary>Computes the network for one sample. {remark}</summary>");
        foreach (Parameter parameter in inputs.Concat(outputs))
        {
            writer.Line($"/// <param name=\"{parameter.Name}\">{parameter.Description}</param>");
        }

        writer.Line(Names.GeneratedCode);
    }

    private static void EmitChecks(CodeWriter writer, Parameter[] inputs, Parameter[] outputs)
    {
        foreach (Parameter input in inputs)
        {
            writer.Line($"{Guard}.CheckInput({input.Name}, {Literal.Int(input.Shape.Length)}, {Literal.String(input.Name)});");
        }

        foreach (Parameter output in outputs)
        {
            writer.Line($"{Guard}.CheckOutput({output.Name}, {Literal.Int(output.Shape.Length)}, {Literal.String(output.Name)});");
        }
    }

    private static void EmitInputs(CodeWriter writer, Parameter[] inputs, string all)
    {
        foreach (Parameter input in inputs)
        {
            writer.Line($"global::NetGen.Runtime.InputConversion.Copy({input.Name}, {input.Slice(all)});");
        }
    }

    private static void EmitOutputs(CodeWriter writer, Parameter[] outputs, string all)
    {
        foreach (Parameter output in outputs)
        {
            writer.Line($"{output.Slice(all)}.CopyTo({output.Name});");
        }
    }

    /// <summary>The inputs that are no states.</summary>
    private static Parameter[] InputsOf(Graph graph)
    {
        int[] own = [.. Enumerable.Range(0, graph.Inputs.Count).Where(i => graph.States.All(s => s.Input != i))];
        string[] names = graph.Inputs is [{ Name: "input" }] ? ["input"] : ParameterNames(own.Select(i => graph.Inputs[i].Name), "Input");
        return [.. own.Select((index, i) =>
        {
            GraphInput input = graph.Inputs[index];
            string order = input.Shape.IsVector ? "" : input.Shape.Height == 1 ? ", channel by channel" : ", in NCHW order";
            return new Parameter(names[i], GeneratedMembers.SpanOf(input.Type), input.Shape, graph.InputOffset(index), $"The sample's <c>{input.Name}</c>, {input.Shape}{order}.");
        })];
    }

    /// <summary>The results; what is a state alone is none.</summary>
    private static Parameter[] OutputsOf(Graph graph)
    {
        Layer[] layers = [.. graph.Outputs.Take(graph.ResultCount).Select(o => graph.Layers[o])];
        string[] names = layers.Length == 1 ? ["output"] : ParameterNames(layers.Select(l => l.Name), "Output");
        return [.. layers.Select((layer, i) => new Parameter(
            names[i], Surface.Output, layer.Output, graph.OutputOffset(i), $"Takes the result of <c>{layer.Name}</c>, {layer.Output}."))];
    }

    private static string[] ParameterNames(IEnumerable<string> names, string suffix) =>
        [.. Names.LayerClasses(names).Select(n => char.ToLowerInvariant(n[0]) + n.Substring(1) + suffix)];
}
