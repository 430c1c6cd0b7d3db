using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Graphs;

namespace NetGen.CodeFixes;

/// <summary>Declares a network's class, or the types around it, partial.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddPartial))]
[Shared]
public sealed class AddPartial : NetworkCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(ProblemIds.NotPartial, ProblemIds.ContainerNotPartial);

    /// <inheritdoc/>
    protected override string Title(Diagnostic diagnostic) =>
        diagnostic.Id == ProblemIds.NotPartial ? "Declare the class partial" : "Declare the types around it partial";

    /// <inheritdoc/>
    protected override IEnumerable<TextChange> Fix(SyntaxNode node, SourceText text, Diagnostic diagnostic)
    {
        TypeDeclarationSyntax? type = node.FirstAncestorOrSelf<TypeDeclarationSyntax>();
        IEnumerable<TypeDeclarationSyntax> types = diagnostic.Id == ProblemIds.NotPartial
            ? type is null ? [] : [type]
            : type?.Ancestors().OfType<TypeDeclarationSyntax>() ?? [];
        return types.Where(t => !t.Modifiers.Any(SyntaxKind.PartialKeyword))
            .Select(t => new TextChange(new TextSpan(t.Keyword.SpanStart, 0), "partial "));
    }
}
