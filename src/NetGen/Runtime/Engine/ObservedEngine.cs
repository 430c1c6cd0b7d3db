using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NetGen.Runtime;

/// <summary>The base of a network's observed form, which computes layer by layer and shows each activation. Used by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ObservedEngine
{
    private readonly AlignedMemory weights;
    private readonly int workspaceLength;
    private readonly NetworkInfo info;

    /// <summary>Takes the packed weights.</summary>
    /// <param name="info">The layer table.</param>
    /// <param name="weights">The weights, packed for the observed form.</param>
    /// <param name="workspaceLength">The floats that one call needs for its activations.</param>
    protected ObservedEngine(NetworkInfo info, AlignedMemory weights, int workspaceLength)
    {
        this.info = info;
        this.weights = weights;
        this.workspaceLength = workspaceLength;
    }

    /// <summary>Computes one sample. The caller has checked the lengths.</summary>
    /// <param name="input">The sample in NCHW order.</param>
    /// <param name="output">Takes the result in NCHW order.</param>
    /// <param name="observer">Sees each layer's activation.</param>
    public void Forward(ReadOnlySpan<float> input, Span<float> output, LayerObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        var workspace = new AlignedMemory(workspaceLength);
        Run(
            ref MemoryMarshal.GetReference(input),
            ref MemoryMarshal.GetReference(output),
            ref workspace.First,
            ref weights.First,
            observer);
    }

    /// <summary>Computes one sample.</summary>
    /// <param name="input">The sample.</param>
    /// <param name="output">Takes the result.</param>
    /// <param name="workspace">The activations' memory.</param>
    /// <param name="weights">The packed weights.</param>
    /// <param name="observer">Sees each layer's activation.</param>
    protected abstract void Run(ref float input, ref float output, ref float workspace, ref float weights, LayerObserver observer);

    /// <summary>Shows one layer's activation, gathered into NCHW order.</summary>
    /// <param name="observer">Who sees it.</param>
    /// <param name="layer">The layer's index in the table.</param>
    /// <param name="value">The activation's first element.</param>
    /// <param name="channels">The channels in memory, which are fewer than the features of a flattened map.</param>
    /// <param name="height">The rows.</param>
    /// <param name="width">The columns.</param>
    /// <param name="rowStride">The floats from a row to the next.</param>
    /// <param name="pixelStride">The floats from a pixel to the next.</param>
    /// <param name="channelStride">The floats from a channel to the next.</param>
    protected void Show(
        LayerObserver observer,
        int layer,
        ref float value,
        int channels,
        int height,
        int width,
        int rowStride,
        int pixelStride,
        int channelStride)
    {
        var planar = new float[channels * height * width];
        int next = 0;
        for (int c = 0; c < channels; c++)
        {
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    planar[next++] = Unsafe.Add(ref value, (c * channelStride) + (y * rowStride) + (x * pixelStride));
                }
            }
        }

        observer(info.Layers[layer], planar);
    }
}
