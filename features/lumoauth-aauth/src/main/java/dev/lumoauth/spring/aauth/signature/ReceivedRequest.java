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

package dev.lumoauth.spring.aauth.signature;

import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * A request as it was received.
 *
 * @param method the method
 * @param scheme the scheme: {@code https} or {@code http}
 * @param host the value of the {@code Host} header or of {@code :authority}
 * @param rawPath the path as it was sent, not decoded
 * @param rawQuery the query as it was sent; {@code null} = there is no question mark
 * @param headers returns the values of a header, possibly none, ignoring the case of its
 * name
 * @param body the body as it was sent; empty for none
 * @since 0.1.0
 */
@SuppressWarnings("ArrayRecordComponent") // requests are never compared
public record ReceivedRequest(String method, String scheme, String host, String rawPath, @Nullable String rawQuery,
		Function<String, List<String>> headers, byte[] body) {

	/**
	 * Return the authority that a signature covers: in lower case, without the scheme's
	 * default port (RFC 9421 section 2.2.3).
	 * @param scheme the scheme of the request
	 * @param host the value of the {@code Host} header
	 * @return the authority
	 */
	public static String authority(String scheme, String host) {
		return Components.authority(scheme, host);
	}

	/**
	 * Without headers and body.
	 */
	@Override
	public String toString() {
		return "ReceivedRequest[" + this.method + " " + this.scheme + "://" + this.host + this.rawPath + "]";
	}

}
