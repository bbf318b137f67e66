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

import java.net.URI;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Signs requests, so that a stolen token is useless without the key (RFC 9421). The core
 * has no implementation: a module that supports such a protocol provides one. Called by
 * several threads at a time.
 *
 * @since 0.1.0
 */
public interface RequestSigner {

	/**
	 * Sign a request, after its token was attached. Has to be called each time that a
	 * request is sent, since a signature is valid once.
	 * @param method the request's method
	 * @param uri the absolute address to which the request is sent
	 * @param headers returns the values of the request's headers, possibly none
	 * @param body the body as it is sent; empty for none
	 * @param setHeader sets a header, replacing one with the same name
	 * @throws IllegalStateException if the request can't be signed, and must not be sent
	 */
	void sign(String method, URI uri, Function<String, List<String>> headers, byte[] body,
			BiConsumer<String, String> setHeader);

	/**
	 * Return the maximum size of a body.
	 * @return the number of bytes that are kept in memory for signing; a request with a
	 * larger body must not be sent
	 */
	int maxBodySize();

}
