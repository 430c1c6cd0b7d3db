using System;
using System.Collections.Generic;

namespace NetGen;

/// <summary>A layer that takes several others, by their names, which stand above it.</summary>
public abstract class CombiningAttribute : LayerAttribute
{
    private protected CombiningAttribute(string[] names) => Names = names;

    /// <summary>The layers it takes. A single name is combined with the layer right above.</summary>
    public IReadOnlyList<string> Names { get; }
}

/// <summary>
/// The sum of layers of the same shape; a residual connection. A side of 1 stands for all of another's.
/// </summary>
/// <param name="names">The layers to add. A single name is added to the layer right above.</param>
public sealed class AddAttribute(params string[] names) : CombiningAttribute(names);

/// <summary>
/// The product of layers of the same shape. A side of 1 stands for all of another's: a layer of C×1×1 multiplies every pixel of the
/// others, as squeeze-and-excitation does.
/// </summary>
/// <param name="names">The layers to multiply. A single name multiplies the layer right above.</param>
public sealed class MultiplyAttribute(params string[] names) : CombiningAttribute(names);

/// <summary>The channels of several layers, or their rows or columns, one after the other; the other sides of all are the same.</summary>
/// <param name="names">The layers to join, in order. A single name is joined after the layer right above.</param>
public sealed class ConcatAttribute(params string[] names) : CombiningAttribute(names)
{
    /// <summary>What is joined: channels, rows (<see cref="ImageAxes.Height"/>), or columns, which are the elements of a sequence (<see cref="ImageAxes.Width"/>).</summary>
    public ImageAxes Axis { get; set; } = ImageAxes.Channels;
}

/// <summary>Some of the channels of an image, or of the features of a vector. It costs nothing.</summary>
public sealed class SliceAttribute : LayerAttribute
{
    /// <summary>A slice.</summary>
    /// <param name="start">The first channel, counted from 0.</param>
    /// <param name="count">The number of channels.</param>
    public SliceAttribute(int start, int count)
    {
        Start = start;
        Count = count;
    }

    /// <summary>The first channel, counted from 0.</summary>
    public int Start { get; }

    /// <summary>The number of channels.</summary>
    public int Count { get; }
}

/// <summary>
/// Names a layer as an output of the network. With several of them <c>Forward</c> has one span for each, in their order; without
/// any, the last layer is the output.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class OutputAttribute : Attribute
{
    /// <summary>An output.</summary>
    /// <param name="name">The layer's name.</param>
    public OutputAttribute(string name) => Name = name;

    /// <summary>The layer's name.</summary>
    public string Name { get; }
}

/// <summary>
/// Marks a class that holds layers to be placed in networks by <see cref="UseAttribute{TBlock}"/>. Its numbers may be
/// <see cref="Param.A"/> to <see cref="Param.H"/>, and <see cref="Block.Input"/> names what comes in.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class BlockAttribute : Attribute;

/// <summary>
/// Places the layers of a block. Their names get the use's name and a dot before them: <c>layer2.0.conv1</c>. A layer that takes
/// this use by its name takes the block's last layer.
/// </summary>
/// <typeparam name="TBlock">A class marked <see cref="BlockAttribute"/>.</typeparam>
public sealed class UseAttribute<TBlock> : LayerAttribute
    where TBlock : class
{
    /// <summary>Places a block.</summary>
    /// <param name="arguments">The numbers that stand for <see cref="Param.A"/>, <see cref="Param.B"/> and so on in the block.</param>
    public UseAttribute(params int[] arguments) => Arguments = arguments;

    /// <summary>The numbers that stand for <see cref="Param.A"/>, <see cref="Param.B"/> and so on in the block.</summary>
    public IReadOnlyList<int> Arguments { get; }

    /// <summary>
    /// Places the block so often in a row, each taking the one before it, with the names <c>layer1.0</c>, <c>layer1.1</c> and so on.
    /// </summary>
    public int Repeat { get; set; }
}

/// <summary>Stand in a block for the numbers that its use gives. They cannot be calculated with.</summary>
public static class Param
{
    /// <summary>The use's first number.</summary>
    public const int A = int.MinValue + 1_000_001;

    /// <summary>The use's second number.</summary>
    public const int B = int.MinValue + 2_000_001;

    /// <summary>The use's third number.</summary>
    public const int C = int.MinValue + 3_000_001;

    /// <summary>The use's fourth number.</summary>
    public const int D = int.MinValue + 4_000_001;

    /// <summary>The use's fifth number.</summary>
    public const int E = int.MinValue + 5_000_001;

    /// <summary>The use's sixth number.</summary>
    public const int F = int.MinValue + 6_000_001;

    /// <summary>The use's seventh number.</summary>
    public const int G = int.MinValue + 7_000_001;

    /// <summary>The use's eighth number.</summary>
    public const int H = int.MinValue + 8_000_001;
}

/// <summary>Names within blocks.</summary>
public static class Block
{
    /// <summary>What came into the block: the layer that its use takes.</summary>
    public const string Input = "@input";
}
