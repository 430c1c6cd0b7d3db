using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;

namespace NetGen.CodeFixes;

/// <summary>
/// A fix that changes a few characters. It edits the text and not the tree, so that everything it does not touch stays as it was
/// written, and fixes of many diagnostics merge.
/// </summary>
public abstract class NetworkCodeFix : CodeFixProvider
{
    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root)
        {
            return;
        }

        SourceText text = await context.Document.GetTextAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            SyntaxNode node = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            TextChange[] changes = [.. Fix(node, text, diagnostic)];
            if (changes.Length > 0)
            {
                context.RegisterCodeFix(
                    CodeAction.Create(Title(diagnostic), _ => Task.FromResult(context.Document.WithText(text.WithChanges(changes))), GetType().Name),
                    diagnostic);
            }
        }
    }

    /// <summary>What the IDE offers.</summary>
    /// <param name="diagnostic">What is fixed.</param>
    protected abstract string Title(Diagnostic diagnostic);

    /// <summary>The changes that fix a diagnostic, none where it cannot be fixed.</summary>
    /// <param name="node">The innermost node at the diagnostic.</param>
    /// <param name="text">The document.</param>
    /// <param name="diagnostic">What is fixed.</param>
    protected abstract IEnumerable<TextChange> Fix(SyntaxNode node, SourceText text, Diagnostic diagnostic);
}
