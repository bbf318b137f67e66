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

package dev.lumoauth.spring.token.key;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.http.client.ClientHttpRequestFactory;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.http.LumoAuthJson;

/**
 * Who signs, and with which keys, as LumoAuth's metadata says (RFC 8414 section 2).
 *
 * @param issuer the issuer
 * @param keys the address of its keys, to which a request may be sent
 */
public record IssuerMetadata(String issuer, URI keys) {

	/**
	 * Read the metadata. Sends a request.
	 * @param addresses LumoAuth's addresses
	 * @param documents where the metadata may be, of which the first that is there counts
	 * @param requests makes the requests; it must have timeouts and must not follow
	 * redirects
	 * @return the metadata
	 * @throws LumoAuthUnavailableException if it can't be read or used
	 */
	public static IssuerMetadata read(LumoAuthAddresses addresses, List<URI> documents,
			ClientHttpRequestFactory requests) {
		KeyRetriever retriever = new KeyRetriever(requests);
		RuntimeException failure = null;
		try {
			for (URI document : documents) {
				Optional<byte[]> body = retriever.get(document);
				if (body.isPresent()) {
					return of(addresses, LumoAuthJson.read(body.get()));
				}
			}
		}
		catch (RuntimeException ex) {
			// The document may be right later, and another one may name other keys.
			failure = ex;
		}
		throw new LumoAuthUnavailableException("The metadata of " + addresses
				+ " cannot be read: check lumoauth.url and " + addresses.layoutProperty(), failure);
	}

	private static IssuerMetadata of(LumoAuthAddresses addresses, Map<String, Object> metadata) {
		String issuer = text(metadata.get("issuer"));
		String keys = text(metadata.get("jwks_uri"));
		if (issuer == null || keys == null) {
			throw new IllegalArgumentException("The metadata has no issuer or no jwks_uri");
		}
		URI address = URI.create(keys);
		addresses.check(address);
		return new IssuerMetadata(issuer, address);
	}

	private static @Nullable String text(@Nullable Object value) {
		return (value instanceof String text && !text.isBlank()) ? text : null;
	}

}
