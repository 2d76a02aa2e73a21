// Scanning the buyer's QR with the camera, where the browser can: over HTTPS, with BarcodeDetector. Else typing or a photo.
const box = document.querySelector("[data-scan]");
const form = document.querySelector("form[action='/handover']");
if (box && form && "BarcodeDetector" in window && navigator.mediaDevices?.getUserMedia) {
  const button = box.querySelector("button"), video = box.querySelector("video"), says = box.querySelector("[data-scan-says]");
  box.hidden = false;
  let stream;
  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.hidden = true;
    button.hidden = false;
  };
  const look = async (detector) => {
    if (!stream) return;
    const [found] = await detector.detect(video).catch(() => []);
    if (found) {
      stop();
      form.code.value = found.rawValue;
      form.requestSubmit();
      return;
    }
    setTimeout(look, 200, detector);
  };
  button.addEventListener("click", async () => {
    try {
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      video.hidden = false;
      button.hidden = true;
      await video.play();
      look(detector);
    } catch {
      stop();
      says.textContent = box.dataset.refused;
    }
  });
  addEventListener("pagehide", stop);
}
