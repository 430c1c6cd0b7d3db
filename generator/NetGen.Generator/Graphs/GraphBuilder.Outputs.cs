using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Graphs.Layers;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Graphs;

/// <summary>Which results a network gives, and which come to nothing.</summary>
internal sealed partial class GraphBuilder
{
    private int[] FindOutputs(Scope scope)
    {
        LayerSyntax[] outputs = [.. network.Layers.Where(l => l.Kind == OutputKind)];
        if (outputs.Length == 0)
        {
            return [scope.Last.Layer];
        }

        var found = new List<int>();
        foreach (LayerSyntax output in outputs)
        {
            broken |= output.IsBroken;
            if (output.Find("name") is not { } argument)
            {
                continue;
            }

            if (Resolve(argument, OutputKind, scope) is not { Shape: not null } value)
            {
                continue;
            }

            if (value.Layer < 0 || found.Contains(value.Layer))
            {
                problems.Add(value.Layer < 0
                    ? new Problem(ProblemIds.UnknownName, argument.Span, [OutputKind, value.Name])
                    : new Problem(ProblemIds.DuplicateName, argument.Span, [OutputKind, $"'{value.Name}' is an output already"]));
            }
            else
            {
                found.Add(value.Layer);
            }
        }

        return [.. found];
    }

    private void FindUnused(int[] outputs)
    {
        var used = new HashSet<int>(outputs);
        foreach (Layer layer in layers)
        {
            used.UnionWith(layer.Sources);
        }

        for (int i = 0; i < inputs.Count; i++)
        {
            if (!used.Contains(Graph.SourceOf(i)))
            {
                problems.Add(new Problem(ProblemIds.UnusedResult, inputs[i].Syntax.Span, [inputs[i].Input.Name]));
            }
        }

        for (int i = 0; i < layers.Count; i++)
        {
            if (!used.Contains(i))
            {
                problems.Add(new Problem(ProblemIds.UnusedResult, spans[i], [layers[i].Name]));
            }
        }
    }
}
