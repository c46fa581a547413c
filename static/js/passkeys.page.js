// Passkeys: a form asks the device, puts its answer into a hidden field, and sends itself.
//
// data-passkey="create" or "get" on the form; the device is asked for what stands as JSON in the element of
// the id data-options, or at the address data-options-url (Web Authentication, level 2).

const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const decode = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (mark) => mark.charCodeAt(0));

const decodeIds = (list) => list?.map((one) => ({ ...one, id: decode(one.id) }));

// Every passkey can be signed in with by itself: it knows whose it is, and the device asks who holds it.
function creation({ publicKey }) {
  return {
    ...publicKey,
    challenge: decode(publicKey.challenge),
    user: { ...publicKey.user, id: decode(publicKey.user.id) },
    excludeCredentials: decodeIds(publicKey.excludeCredentials),
    authenticatorSelection: {
      ...publicKey.authenticatorSelection,
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    },
  };
}

function request({ publicKey }) {
  return {
    ...publicKey,
    challenge: decode(publicKey.challenge),
    allowCredentials: decodeIds(publicKey.allowCredentials),
  };
}

function answer(credential) {
  const { response } = credential;
  const parts = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = encode(response[name]);
  }
  if (response.getTransports) parts.transports = response.getTransports();
  return {
    id: credential.id,
    rawId: encode(credential.rawId),
    type: credential.type,
    response: parts,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const response = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`${response.status}`);
  return response.json();
}

async function ask(form) {
  const options = await optionsOf(form);
  if (form.dataset.passkey === "create") {
    return navigator.credentials.create({ publicKey: creation(options.creation_options) });
  }
  return navigator.credentials.get({ publicKey: request(options.request_options) });
}

function watch(form) {
  const said = form.querySelector("[data-passkey-failed]");
  let waiting = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (waiting) return;
    waiting = true;
    said.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(answer(await ask(form)));
      form.submit();
    } catch {
      said.hidden = false;
      waiting = false;
    }
  });
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  if (window.PublicKeyCredential) {
    form.hidden = false;
    watch(form);
    for (const other of document.querySelectorAll("[data-no-passkey]")) other.hidden = true;
  }
}
