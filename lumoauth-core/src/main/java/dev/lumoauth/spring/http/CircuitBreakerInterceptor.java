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
package dev.lumoauth.spring.http;

import java.io.IOException;

import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

import dev.lumoauth.spring.LumoAuthUnavailableException;

/**
 * Counts how calls end, a second try included, and sends none to an endpoint that is to
 * be left alone. A failure is having no answer in time, an answer that breaks off, and
 * 502, 503 and 504. 500 is not: it may be about that one request.
 */
final class CircuitBreakerInterceptor implements ClientHttpRequestInterceptor {

	private final CircuitBreaker gate;

	CircuitBreakerInterceptor(CircuitBreaker gate) {
		this.gate = gate;
	}

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		this.gate.enter(RequestMarks.endpoint(request));
		try {
			ClientHttpResponse response = execution.execute(request, body);
			int status = response.getStatusCode().value();
			switch (status) {
				case 502, 503, 504 -> {
					if (ErrorAnswer.read(response).isOfThirdParty()) {
						this.gate.answered(RequestMarks.endpoint(request));
					}
					else {
						failed(request, "HTTP " + status);
					}
				}
				default -> this.gate.answered(RequestMarks.endpoint(request));
			}
			return response;
		}
		catch (IOException ex) {
			failed(request, ex.getClass().getSimpleName());
			throw ex;
		}
		catch (LumoAuthUnavailableException ex) {
			// What follows from an answer is one of the subclasses.
			if (ex.getClass() == LumoAuthUnavailableException.class) {
				failed(request, "an answer that broke off or did not end in time");
			}
			throw ex;
		}
	}

	private void failed(HttpRequest request, String cause) {
		if (!Thread.currentThread().isInterrupted()) {
			this.gate.failed(RequestMarks.endpoint(request), cause);
		}
	}

}
