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

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;

import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.util.Assert;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/**
 * Fetches documents of a server, each with one request, without redirects, of at most 256
 * KiB.
 */
final class KeyRetriever implements ResourceRetriever {

	static final int MAX_BYTES = 256 * 1024;

	private final RestClient client;

	/**
	 * Create the retriever.
	 * @param requestFactory makes the requests; it must have timeouts and must not follow
	 * redirects
	 */
	KeyRetriever(ClientHttpRequestFactory requestFactory) {
		this.client = RestClient.builder().requestFactory(requestFactory).build();
	}

	@Override
	public Resource retrieveResource(URL url) throws IOException {
		try {
			byte[] body = get(URI.create(url.toString()))
				.orElseThrow(() -> new IllegalArgumentException("The server does not give the document"));
			return new Resource(new String(body, StandardCharsets.UTF_8), MediaType.APPLICATION_JSON_VALUE);
		}
		catch (RestClientException | IllegalArgumentException ex) {
			throw new IOException("The keys can't be fetched", ex);
		}
	}

	/**
	 * Fetch a document.
	 * @return its bytes; empty if the server is there and doesn't give the document
	 * @throws RestClientException if there is no answer
	 * @throws IllegalArgumentException if the answer is another one, or too large
	 */
	Optional<byte[]> get(URI document) {
		return this.client.get()
			.uri(document)
			.accept(MediaType.APPLICATION_JSON)
			.exchangeForRequiredValue((request, response) -> read(response));
	}

	private static Optional<byte[]> read(ClientHttpResponse response) throws IOException {
		HttpStatusCode status = response.getStatusCode();
		if (status.is3xxRedirection()
				|| (status.is4xxClientError() && !status.isSameCodeAs(HttpStatus.TOO_MANY_REQUESTS))) {
			return Optional.empty();
		}
		Assert.isTrue(status.isSameCodeAs(HttpStatus.OK), () -> "The answer has the status " + status.value());
		byte[] body = response.getBody().readNBytes(MAX_BYTES + 1);
		Assert.isTrue(body.length <= MAX_BYTES, "The answer has more than " + MAX_BYTES + " bytes");
		return Optional.of(body);
	}

}
