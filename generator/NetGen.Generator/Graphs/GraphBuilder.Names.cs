using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Graphs.Layers;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Graphs;

/// <summary>The names of layers: those that users write, and those that layers without one get.</summary>
internal sealed partial class GraphBuilder
{
    /// <summary>
    /// The names given, and for the others the kind and its count among those. A name that is given never changes another's: where the
    /// two are the same, <see cref="Take"/> says so.
    /// </summary>
    private string[] LocalNames(IReadOnlyList<LayerSyntax> syntaxes)
    {
        var counts = new Dictionary<string, int>();
        return [.. syntaxes.Select(s => GivenName(s) ?? DefaultName(Stem(s), counts))];
    }

    private string Stem(LayerSyntax syntax) =>
        syntax.Block is not null && blocks.TryGetValue(syntax.Block, out BlockSyntax? block) && IsPath(block.Name) ? block.Name.ToLowerInvariant()
        : LayerKind.Find(syntax.Kind)?.Stem ?? syntax.Kind.ToLowerInvariant();

    private static string? GivenName(LayerSyntax layer) =>
        layer.Find("Name")?.Value as string;

    private static string DefaultName(string stem, Dictionary<string, int> counts)
    {
        counts.TryGetValue(stem, out int count);
        counts[stem] = ++count;
        return stem + LayerContext.Text(count);
    }

    /// <summary>A name is a path of a state dict: letters, digits, underscores and hyphens, in parts between dots.</summary>
    private static bool IsPath(string name) =>
        name.Split('.').All(part => part.Length > 0 && part.All(c => char.IsLetterOrDigit(c) || c is '_' or '-'));

    private void CheckName(LayerSyntax layer, string localName, Scope scope)
    {
        string name = scope.Prefix + localName;
        if (!IsPath(localName) || name == InputName)
        {
            problems.Add(new Problem(ProblemIds.BadName, At(layer.Find("Name")?.Span ?? layer.Span, scope), [name]));
        }
        else
        {
            Take(layer, name, scope);
        }
    }

    /// <summary>Gives a name to a layer or a use. Of two that would have the same, the one whose class writes it is at fault.</summary>
    private void Take(LayerSyntax layer, string name, Scope scope)
    {
        SourceSpan? written = layer.Find("Name") is { } argument ? At(argument.Span, scope) : null;
        if (!taken.TryGetValue(name, out Naming other))
        {
            taken.Add(name, new Naming(layer, written));
            return;
        }

        LayerSyntax? unnamed = written is null ? layer : other.Written is null ? other.Syntax : null;
        problems.Add(new Problem(
            ProblemIds.DuplicateName,
            written ?? other.Written ?? At(layer.Span, scope),
            [
                name,
                unnamed is null ? "another layer already has this name"
                    : $"{(unnamed.Kind == UseKind ? "a use" : "the " + unnamed.Kind)} without a Name is called so by its kind and count; give it a Name too, or choose another here",
            ]));
    }

    /// <summary>Two layers have no tensor of one name, as <c>a</c> with <c>b.weight</c> and <c>a.b</c> with <c>weight</c> would.</summary>
    private void CheckTensors(Layer layer, LayerSyntax syntax, Scope scope)
    {
        foreach (string tensor in layer.Weights.Select(w => layer.TensorName(w.Suffix)))
        {
            if (!tensors.TryGetValue(tensor, out string? other))
            {
                tensors.Add(tensor, layer.Name);
            }
            else if (other != layer.Name)
            {
                // Of layers of one name, that has been said.
                SourceSpan span = syntax.Find("Name")?.Span ?? syntax.Span;
                problems.Add(new Problem(ProblemIds.DuplicateName, At(span, scope), [layer.Name, $"its tensor '{tensor}' is one of layer '{other}' already"]));
                return;
            }
        }
    }
}
