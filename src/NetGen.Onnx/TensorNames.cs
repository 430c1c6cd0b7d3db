namespace NetGen.Onnx;

/// <summary>How a layer's tensors are called, as NetGen has it.</summary>
internal static class TensorNames
{
    /// <summary>The name of a tensor: <c>conv1.weight</c>; without a suffix the layer's.</summary>
    public static string Of(string layer, string suffix) => suffix.Length == 0 ? layer : $"{layer}.{suffix}";
}
