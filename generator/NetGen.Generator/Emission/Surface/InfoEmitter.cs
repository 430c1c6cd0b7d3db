using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>Writes what a network tells of its layers and weights while it runs.</summary>
internal static class InfoEmitter
{
    /// <summary>Writes the method that creates the layer table.</summary>
    public static void EmitInfo(CodeWriter writer, ClassSyntax network, Graph graph, IReadOnlyList<Plan> plans)
    {
        writer.Line();
        using (writer.Block($"private static global::NetGen.NetworkInfo {Surface.InfoMethod}()"))
        {
            string choice = Surface.Choose(plans, p => EngineEmitter.FullName(network, p.Tier.Name) + ".Algorithms", "string[]", indent: 8);
            writer.Line($"string[] algorithms = {choice};");
            using (writer.Block("return new global::NetGen.NetworkInfo", after: ";"))
            {
                writer.Line($$"""
                    Name = {{Literal.String(network.Name.TrimStart('@'))}},
                    Input = {{ShapeOf(graph.Input)}},
                    {{InputsOf(graph)}}Output = {{ShapeOf(graph.Output)}},
                    WorkspaceLength = WorkspaceLength,
                    Outputs = [{{string.Join(", ", graph.Outputs.Select(o => Literal.String(graph.Layers[o].Name)))}}],
                    Layers =
                    [
                    """);
                for (int i = 0; i < graph.Layers.Count; i++)
                {
                    writer.Line($"    new() {{ {LayerOf(graph, graph.Layers[i])}, Algorithm = algorithms[{i}] }},");
                }

                writer.Line("],");
            }
        }
    }

    /// <summary>The inputs, where they are more than the shape says; a line of its own.</summary>
    private static string InputsOf(Graph graph)
    {
        if (graph.Inputs is [{ Name: "input", Type: InputType.Single }])
        {
            return "";
        }

        IEnumerable<string> inputs = graph.Inputs.Select((input, i) =>
            $"new() {{ Name = {Literal.String(input.Name)}, Shape = {ShapeOf(input.Shape)}"
            + (input.Type == InputType.Single ? "" : $", Type = global::NetGen.InputType.{input.Type}")
            + (graph.States.FirstOrDefault(s => s.Input == i) is { } state ? $", Next = {Literal.String(graph.Layers[graph.Outputs[state.Output]].Name)}" : "")
            + " }");
        return $"Inputs = [{string.Join(", ", inputs)}],\n";
    }

    private static string LayerOf(Graph graph, Layer layer)
    {
        string sources = string.Join(", ", layer.Sources.Select(s => Literal.String(graph.NameOf(s))));
        string arguments = layer.Operation.Arguments.Any()
            ? $", Arguments = [{string.Join(", ", layer.Operation.Arguments.Select(ArgumentOf))}]"
            : "";
        string parameters = layer.ParameterCount > 0
            ? $", ParameterCount = {Literal.Int(layer.ParameterCount)}, WeightCount = {Literal.Int(layer.WeightCount)}, ParameterFormula = {Literal.String(layer.ParameterFormula)}"
            : "";
        string multiplyAdds = layer.MultiplyAddCount > 0 ? $", MultiplyAddCount = {Literal.Int(layer.MultiplyAddCount)}" : "";
        return $"Name = {Literal.String(layer.Name)}, Kind = {Literal.String(layer.Kind)}, Sources = [{sources}], Input = {ShapeOf(layer.Input)}, Output = {ShapeOf(layer.Output)}{arguments}{parameters}{multiplyAdds}";
    }

    private static string ArgumentOf(OperationArgument argument) =>
        $"new({Literal.String(argument.Name)}, [{string.Join(", ", argument.Values.Select(Literal.Number))}])";

    private static string ShapeOf(Shape shape) => shape.IsVector
        ? $"new({Literal.Int(shape.Channels)})"
        : $"new({Literal.Int(shape.Channels)}, {Literal.Int(shape.Height)}, {Literal.Int(shape.Width)})";

    /// <summary>Writes the method that lists the tensors of all layers.</summary>
    public static void EmitWeightSpecs(CodeWriter writer, Graph graph)
    {
        writer.Line();
        using (writer.Block($"private static global::NetGen.Runtime.WeightSpec[] {Surface.SpecsMethod}()"))
        {
            writer.Line("return");
            writer.Line("[");
            foreach (Layer layer in graph.Layers)
            {
                foreach (WeightTensor tensor in layer.Weights)
                {
                    string shape = string.Join(", ", tensor.Shape.Select(d => Literal.Int(d)));
                    string fanIn = tensor.Init == WeightInit.Uniform ? ", " + Literal.Int(tensor.FanIn) : "";
                    writer.Line($"    {tensor.Init}({Literal.String(layer.TensorName(tensor.Suffix))}, [{shape}]{fanIn}),");
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
        }
    }
}
