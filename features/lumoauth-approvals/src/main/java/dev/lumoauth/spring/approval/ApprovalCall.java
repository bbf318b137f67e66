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

package dev.lumoauth.spring.approval;

import dev.lumoauth.spring.guard.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

/**
 * The one call that an approval is for: the agent, the user, the tool and the arguments.
 * A call that differs in one of these is another call.
 *
 * @param agent the client id of the agent
 * @param user the user on whose behalf, or at whose request, the agent makes the call;
 * {@code null} if there is none
 * @param tool the name of the tool, or the method with its class
 * @param target distinguishes objects with the same method, tools with the same name, and
 * what a person is asked for them; {@code null} if there is nothing to distinguish
 * @param arguments the arguments as canonical JSON (RFC 8785)
 * @since 0.1.0
 */
public record ApprovalCall(String agent, @Nullable String user, String tool, @Nullable String target,
		String arguments) {

	/**
	 * Return the key of the call: the SHA-256 of all its parts.
	 * @return 64 hexadecimal digits
	 */
	public String key() {
		String all = CanonicalJson.of(Arrays.asList(this.agent, this.user, this.tool, this.target, this.arguments));
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(hash);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex); // every Java has SHA-256
		}
	}

	/**
	 * Without the arguments.
	 */
	@Override
	public String toString() {
		return "ApprovalCall[" + this.tool + ", agent=" + this.agent + ", user=" + this.user + "]";
	}

}
