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

package dev.lumoauth.spring.token;

import java.io.IOException;

import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Signs the requests of a {@code RestClient}. The interceptor has to come after every
 * interceptor that changes a request or sends it a second time.
 *
 * @since 0.1.0
 */
public final class SigningInterceptor implements ClientHttpRequestInterceptor {

	private final RequestSigner signer;

	/**
	 * Create an interceptor.
	 * @param signer signs the requests
	 */
	public SigningInterceptor(RequestSigner signer) {
		this.signer = signer;
	}

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		if (body.length > this.signer.maxBodySize()) {
			throw tooLarge(this.signer.maxBodySize());
		}
		RequestCopy copy = new RequestCopy(request);
		this.signer.sign(request.getMethod().name(), request.getURI(), copy.getHeaders()::getOrEmpty, body,
				copy.getHeaders()::set);
		return execution.execute(copy, body);
	}

	/**
	 * Return the exception for a body that is too large to be signed.
	 * @param maxBodySize the maximum number of bytes
	 * @return the exception
	 */
	public static IllegalStateException tooLarge(int maxBodySize) {
		return new IllegalStateException("The body of the request has more than " + maxBodySize
				+ " bytes, which is the most that is kept in memory to be signed");
	}

}
