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

package dev.lumoauth.spring.aauth.agent;

import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import com.github.tomakehurst.wiremock.http.HttpHeader;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import dev.lumoauth.spring.aauth.signature.InvalidSignatureException;
import dev.lumoauth.spring.aauth.signature.MessageVerifier;
import dev.lumoauth.spring.aauth.signature.NonceStore;
import dev.lumoauth.spring.aauth.signature.ReceivedRequest;
import dev.lumoauth.spring.token.key.SigningKey;
import dev.lumoauth.spring.aauth.signature.VerificationKey;

/**
 * Checks the signatures of requests that a wire received.
 */
final class Received {

	private final Set<String> nonces = ConcurrentHashMap.newKeySet();

	private final NonceStore store = (id, until) -> this.nonces.add(id);

	private final MessageVerifier verifier;

	Received(Wire wire) {
		this.verifier = new MessageVerifier(this.store, wire.clock);
	}

	/**
	 * Returns whether a request has a signature of the agent's.
	 */
	static boolean verified(LoggedRequest request, Wire wire) {
		return new Received(wire).verified(request, wire.agent.key());
	}

	/**
	 * Returns whether a request has a signature that no other one had.
	 */
	boolean verified(LoggedRequest request, SigningKey key) {
		URI uri = URI.create(request.getAbsoluteUrl());
		try {
			this.verifier.verify(
					new ReceivedRequest(request.getMethod().getName(), uri.getScheme(), request.getHeader("Host"),
							uri.getRawPath(), uri.getRawQuery(), (name) -> values(request, name), request.getBody()),
					VerificationKey.of(key.publicKey()));
			return true;
		}
		catch (InvalidSignatureException ex) {
			return false;
		}
	}

	private static List<String> values(LoggedRequest request, String name) {
		HttpHeader header = request.header(name);
		return header.isPresent() ? header.values() : List.of();
	}

}
