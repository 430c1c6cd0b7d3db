namespace NetGen.Onnx.Import;

/// <summary>An input of the model that the network takes.</summary>
/// <param name="info">What the model says about it.</param>
/// <param name="dims">Its dimensions in the model, the batch's included.</param>
internal sealed class NetworkInput(OnnxValueInfo info, int[] dims)
{
    public OnnxValueInfo Info { get; } = info;

    public int[] Dims { get; } = dims;

    /// <summary>Its dimensions for one sample.</summary>
    public int[] SampleDims { get; set; } = dims;

    /// <summary>For a state, the value of the model that it is in the next call; null for an input.</summary>
    public string? Next { get; set; }

    /// <summary>For a state, the layer that gives that value.</summary>
    public ImportedLayer? NextLayer { get; set; }

    /// <summary>What layers take that read it.</summary>
    public ImportedLayer Layer { get; set; } = ImportedLayer.Input(default);

    /// <summary>What callers have: integers and bytes are what the network takes besides floats.</summary>
    public InputType Type => Info.Type switch
    {
        _ when Next is not null => InputType.Single,
        OnnxElementType.UInt8 or OnnxElementType.Boolean or OnnxElementType.UInt4 => InputType.Byte,
        OnnxElementType.Int8 or OnnxElementType.Int16 or OnnxElementType.UInt16 or OnnxElementType.Int32 or OnnxElementType.Int64 or OnnxElementType.Int4 => InputType.Int32,
        _ => InputType.Single,
    };
}
