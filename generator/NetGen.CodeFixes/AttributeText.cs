using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace NetGen.CodeFixes;

/// <summary>Inserts and removes attributes in the style in which those around them are written.</summary>
internal static class AttributeText
{
    /// <summary>Inserts an attribute before another: in its list where it shares one, else in a list of its own.</summary>
    public static TextChange InsertBefore(AttributeSyntax attribute, string name, SourceText text)
    {
        // NetGen.Dense is followed by NetGen.Flatten, since no using directive may be there.
        name = attribute.Name is QualifiedNameSyntax or AliasQualifiedNameSyntax
            ? attribute.Name.ToString().Substring(0, attribute.Name.ToString().LastIndexOfAny(['.', ':']) + 1) + name
            : name;
        var list = (AttributeListSyntax)attribute.Parent!;
        return list.Attributes.Count > 1
            ? new TextChange(new TextSpan(attribute.SpanStart, 0), name + "," + Separator(attribute.SpanStart, text))
            : new TextChange(new TextSpan(list.SpanStart, 0), "[" + name + "]" + Separator(list.SpanStart, text));
    }

    /// <summary>Removes an attribute with its comma, or its list, or its whole line where nothing else stands there.</summary>
    public static TextChange Remove(AttributeSyntax attribute, SourceText text)
    {
        var list = (AttributeListSyntax)attribute.Parent!;
        if (list.Attributes.Count > 1)
        {
            int index = list.Attributes.IndexOf(attribute);
            return new TextChange(
                index > 0
                    ? TextSpan.FromBounds(list.Attributes[index - 1].Span.End, attribute.Span.End)
                    : TextSpan.FromBounds(attribute.SpanStart, list.Attributes[1].SpanStart),
                "");
        }

        TextLine line = text.Lines.GetLineFromPosition(list.SpanStart);
        bool isFirst = Indent(list.SpanStart, text) is not null;
        int end = list.Span.End;
        while (end < line.End && text[end] is ' ' or '\t')
        {
            end++;
        }

        return new TextChange(
            isFirst && end == line.End ? line.SpanIncludingLineBreak : TextSpan.FromBounds(list.SpanStart, end), "");
    }

    /// <summary>What stands between an attribute and the next: a new line where it begins one, else a space.</summary>
    private static string Separator(int position, SourceText text)
    {
        if (Indent(position, text) is not { } indent)
        {
            return " ";
        }

        TextLine line = text.Lines.GetLineFromPosition(position);
        return text.ToString(TextSpan.FromBounds(line.End, line.EndIncludingLineBreak)) + indent;
    }

    /// <summary>The space before a position, null where something else stands on its line.</summary>
    private static string? Indent(int position, SourceText text)
    {
        string before = text.ToString(TextSpan.FromBounds(text.Lines.GetLineFromPosition(position).Start, position));
        return before.Trim().Length == 0 ? before : null;
    }
}
