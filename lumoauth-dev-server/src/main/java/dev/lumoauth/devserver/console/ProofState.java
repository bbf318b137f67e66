/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.devserver.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;

import dev.lumoauth.devserver.config.AgentProperties.AuthenticationMethod;
import dev.lumoauth.devserver.config.WorkloadIdentityProperties;
import dev.lumoauth.devserver.jose.Thumbprints;
import dev.lumoauth.devserver.jose.TrustedKeys;
import dev.lumoauth.devserver.state.AAuthIdentity;
import dev.lumoauth.devserver.state.Agent;

/**
 * A way in which an agent proves its identity, except its secret.
 *
 * @param kind the kind of proof, in words
 * @param details the known details
 */
record ProofState(String kind, List<String> details) {

	static List<ProofState> of(Agent agent) {
		List<ProofState> proofs = new ArrayList<>();
		TrustedKeys keys = agent.credentials().keys();
		if (keys != null) {
			proofs.add(new ProofState("Key (private_key_jwt)",
					(keys.keys() != null) ? ids(keys.keys()) : List.of("one of those at " + keys.uri())));
		}
		AAuthIdentity signer = agent.aauth();
		if (signer != null) {
			List<String> details = new ArrayList<>(List.of("agent " + signer.identifier()));
			details.addAll(keysOf(signer));
			proofs.add(new ProofState("Signed requests (AAuth)", details));
		}
		String subject = agent.settings().tlsClientAuthSubjectDn();
		String thumbprint = agent.settings().tlsClientCertificateThumbprint();
		if (subject != null || thumbprint != null) {
			proofs.add(new ProofState("Certificate (tls_client_auth)",
					Stream.of(subject, (thumbprint != null) ? "SHA-256 " + thumbprint : null)
						.filter(Objects::nonNull)
						.toList()));
		}
		for (WorkloadIdentityProperties identity : agent.credentials().workloadIdentities()) {
			String audience = identity.audience();
			proofs.add(new ProofState("Token of %s (workload_identity)".formatted(identity.provider().id()),
					List.of("issuer " + identity.issuer(), "subject " + identity.subject(),
							"audience " + ((audience != null) ? audience : "this tenant's issuer"))));
		}
		if (agent.credentials().permit(AuthenticationMethod.NONE)) {
			proofs.add(new ProofState("Nothing (none)", List.of("its client id is enough")));
		}
		if (agent.settings().dpopBoundAccessTokens()) {
			proofs.add(new ProofState("DPoP", List.of("its tokens are bound to the key of a proof")));
		}
		return proofs;
	}

	/**
	 * The keys of a signer of requests: the trusted keys, and the keys that have signed.
	 */
	static List<String> keysOf(AAuthIdentity identity) {
		TrustedKeys trusted = identity.keys();
		List<String> keys = new ArrayList<>();
		List<String> seen = identity.seen();
		if (trusted == null) {
			keys.add(identity.awaitsFirstKey() ? "the first key that signs will be trusted" : "no key yet");
		}
		else if (trusted.keys() == null) {
			keys.add("keys at " + trusted.uri());
		}
		else {
			for (JWK key : trusted.keys().getKeys()) {
				String thumbprint = Thumbprints.of(key);
				keys.add("key " + thumbprint + (seen.contains(thumbprint) ? ", has signed" : ""));
			}
		}
		seen.stream()
			.map((thumbprint) -> "key " + thumbprint + ", has signed")
			.filter((key) -> !keys.contains(key))
			.forEach(keys::add);
		return keys;
	}

	private static List<String> ids(JWKSet keys) {
		return keys.getKeys()
			.stream()
			.map((key) -> (key.getKeyID() != null) ? key.getKeyID() : "a key without an id")
			.toList();
	}

}
