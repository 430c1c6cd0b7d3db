using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Graphs;

/// <summary>What a network takes, and what of its results it takes again in the next call.</summary>
internal sealed partial class GraphBuilder
{
    private readonly List<NamedInput> inputs = [];

    /// <summary>States that layers have of their own: the index of the input, and the layer that gives the next value.</summary>
    private readonly List<(int Input, int Next)> ownStates = [];

    /// <summary>An input, and the attribute that declares it.</summary>
    private sealed record NamedInput(GraphInput Input, LayerSyntax Syntax);

    /// <summary>Reads the inputs and states.</summary>
    /// <returns>The scope of the network's own layers, the first of which takes the last input that is no state.</returns>
    private Scope BuildInputs()
    {
        LayerSyntax[] declared = [.. network.Layers.Where(l => l.Kind is InputKind or StateKind)];
        if (network.Layers.All(l => l.Kind is InputKind or StateKind or OutputKind))
        {
            problems.Add(new Problem(ProblemIds.NoLayers, network.Class.Span, [network.Class.Name]));
        }

        if (declared.All(l => l.Kind == StateKind))
        {
            problems.Add(new Problem(ProblemIds.NoInput, network.Class.Span, [network.Class.Name]));
        }

        if (network.Layers.Where(l => l.Kind != OutputKind).SkipWhile(declared.Contains).FirstOrDefault(declared.Contains) is { } late)
        {
            problems.Add(new Problem(ProblemIds.InputNotFirst, late.Span, [network.Class.Name]));
        }

        var values = new Dictionary<string, Value>();
        Value last = new(InputName, -1, null);
        foreach (LayerSyntax syntax in declared)
        {
            string name = syntax.Find("name")?.Value as string ?? InputName;
            Value value = new(name, -1, null);
            if (ReadInput(syntax, name, isFirst: syntax == declared[0]) is { } input)
            {
                value = new Value(name, Graph.SourceOf(inputs.Count), input.Shape);
                inputs.Add(new NamedInput(input, syntax));
            }

            values[name] = value;
            last = syntax.Kind == InputKind ? value : last;
        }

        // Layers without an input have problems of their own, but no further one for each.
        if (values.Count == 0)
        {
            values.Add(InputName, last);
        }

        var scope = new Scope("", last, null);
        foreach (KeyValuePair<string, Value> value in values)
        {
            scope.Values.Add(value.Key, value.Value);
        }

        return scope;
    }

    /// <summary>One input or state; null where it is wrong.</summary>
    private GraphInput? ReadInput(LayerSyntax written, string name, bool isFirst)
    {
        if (written.IsBroken)
        {
            broken = true;
            return null;
        }

        LayerSyntax syntax = Bind(written, name, null);
        var context = new LayerContext(syntax, name, [], default, problems);
        if (syntax.IsBroken)
        {
            return null;
        }

        if (written.Find("name") is { } given)
        {
            if (!IsPath(name))
            {
                context.Invalid(ProblemIds.BadName, "name");
            }
            else if (taken.ContainsKey(name))
            {
                context.Invalid(ProblemIds.DuplicateName, "name", "another input already has this name");
            }
            else
            {
                taken.Add(name, new Naming(syntax, given.Span));
            }
        }
        else if (!isFirst)
        {
            problems.Add(new Problem(ProblemIds.SeveralInputs, written.Span, [network.Class.Name]));
        }

        Shape shape = ReadShape(context);
        InputType type = written.Kind == InputKind ? context.Enum<InputType>("Type") : InputType.Single;
        return context.IsInvalid ? null : new GraphInput(name, shape, type);
    }

    /// <summary>A vector, a sequence, which is an image of one row, or an image.</summary>
    private static Shape ReadShape(LayerContext context)
    {
        if (context.Has("features"))
        {
            return Shape.Vector(context.Positive("features"));
        }

        int channels = context.Positive("channels");
        int height = context.Positive("height");
        int width = context.Positive(context.Has("length") ? "length" : "width");
        context.Size(context.Has("length") ? "sequence" : "image", channels, height, width);
        return Shape.Image(channels, height, width);
    }

    /// <summary>What the states take in the next call, as further outputs where it is none yet.</summary>
    private (int[] Outputs, GraphState[] States) FindStates(Scope scope, int[] results)
    {
        var outputs = new List<int>(results);
        var states = new List<GraphState>();
        for (int i = 0; i < inputs.Count; i++)
        {
            (GraphInput input, LayerSyntax syntax) = (inputs[i].Input, inputs[i].Syntax);
            if (syntax.Find("next") is not { } argument || Resolve(argument, input.Name, scope) is not { Shape: { } shape } next)
            {
                continue;
            }

            if (next.Layer < 0)
            {
                problems.Add(new Problem(ProblemIds.UnknownName, argument.Span, [input.Name, next.Name]));
                continue;
            }

            if (shape != input.Shape)
            {
                problems.Add(new Problem(ProblemIds.StateShape, argument.Span, [input.Name, input.Shape.ToString(), next.Name, shape.ToString()]));
            }

            if (!outputs.Contains(next.Layer))
            {
                outputs.Add(next.Layer);
            }

            states.Add(new GraphState(i, outputs.IndexOf(next.Layer)));
        }

        foreach ((int input, int next) in ownStates)
        {
            states.Add(new GraphState(input, outputs.Count));
            outputs.Add(next);
        }

        return ([.. outputs], [.. states]);
    }

    /// <summary>Puts before a sequence the last elements of the calls before, which become a state of the layer that reads it.</summary>
    /// <returns>Both together.</returns>
    private Value Precede(Value sequence, int past, LayerSyntax syntax, LayerContext context, Scope scope)
    {
        Shape shape = sequence.Shape!.Value;
        Shape kept = shape with { Width = past };
        Shape whole = shape with { Width = past + shape.Width };
        string[] own = [.. new[] { "past", "joined", "next" }.Select(part => context.Name + "." + part)];
        foreach (string name in own)
        {
            Take(syntax, name, scope);
        }

        ownStates.Add((inputs.Count, layers.Count + 1));
        int state = Graph.SourceOf(inputs.Count);
        inputs.Add(new NamedInput(new GraphInput(own[0], kept), syntax));
        Add(new Layer(own[1], "Concat", [state, sequence.Layer], [kept, shape], whole, new JoinOperation(ImageAxes.Width), []));
        Add(new Layer(own[2], "StridedSlice", [layers.Count - 1], [whole], kept, new StridedSliceOperation([0, 0, shape.Width], [1, 1, 1]), []));
        return new Value(own[1], layers.Count - 2, whole);

        void Add(Layer layer)
        {
            names.Add(layer.Name);
            layers.Add(layer);
            spans.Add(At(syntax.Span, scope));
            memory.Add(layer, context);
        }
    }
}
