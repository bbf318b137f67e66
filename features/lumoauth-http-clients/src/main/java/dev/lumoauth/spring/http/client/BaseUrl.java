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

package dev.lumoauth.spring.http.client;

import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.web.util.UriBuilder;

/**
 * The base URL of a {@code RestClient} or a {@code WebClient}. Neither reveals it, but
 * both give their requests an address builder that starts with it.
 */
final class BaseUrl {

	private BaseUrl() {
	}

	/**
	 * Read the base URL of a client. Nothing is sent.
	 * @param request has the client begin a request with a function, such as
	 * {@code client.get()::uri}
	 * @return the address, or {@code null} if there is none, or if it depends on the
	 * request because it has a variable
	 */
	static @Nullable URI read(Consumer<Function<UriBuilder, URI>> request) {
		AtomicReference<@Nullable URI> base = new AtomicReference<>();
		try {
			request.accept((builder) -> {
				URI uri = builder.build();
				base.set(uri);
				return uri;
			});
		}
		catch (RuntimeException ex) {
			return null;
		}
		URI uri = base.get();
		return (uri != null && uri.isAbsolute()) ? uri : null;
	}

}
