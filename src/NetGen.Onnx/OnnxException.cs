using System;
using System.Collections.Generic;
using System.Globalization;

namespace NetGen.Onnx;

/// <summary>An ONNX model that cannot be read, or holds what a NetGen network cannot compute. It says where, and what to do.</summary>
public sealed class OnnxException : Exception
{
    /// <summary>Reports a model that cannot be imported.</summary>
    /// <param name="problem">What is wrong, a sentence without its place.</param>
    /// <param name="advice">What to do about it; empty where there is nothing to be done.</param>
    public OnnxException(string problem, string advice = "")
        : this(problem, advice, null, null, null, null)
    {
    }

    internal OnnxException(string problem, string advice, string? @operator, string? node, string? attribute, long? opset)
        : base(Text(problem, advice, @operator, node, attribute, opset))
    {
        Problem = problem;
        Advice = advice;
        Operator = @operator;
        Node = node;
        Attribute = attribute;
        Opset = opset;
    }

    /// <summary>What is wrong.</summary>
    public string Problem { get; }

    /// <summary>What to do about it; may be empty.</summary>
    public string Advice { get; }

    /// <summary>The operator, where one is to blame: <c>Conv</c>.</summary>
    public string? Operator { get; }

    /// <summary>The node's name, or that of its first output.</summary>
    public string? Node { get; }

    /// <summary>The node's attribute or input that is to blame.</summary>
    public string? Attribute { get; }

    /// <summary>The version of the operator set.</summary>
    public long? Opset { get; }

    /// <summary>The outputs of the node that is to blame.</summary>
    internal IReadOnlyList<string> Outputs { get; init; } = [];

    private static string Text(string problem, string advice, string? @operator, string? node, string? attribute, long? opset)
    {
        string place = @operator is null ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{@operator} '{node}' (opset {opset}){(attribute is null ? "" : $", {attribute}")}: ");
        return place + problem + (advice.Length > 0 ? " " + advice : "");
    }
}
