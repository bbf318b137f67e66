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

package dev.lumoauth.devserver.event;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.User;

/**
 * The subject of an event.
 *
 * @param agent the agent, or {@code null}
 * @param user the user, or {@code null}
 * @param format how streams name it
 * @since 0.1.0
 */
public record EventSubject(@Nullable Agent agent, @Nullable User user, Format format) {

	/**
	 * An event about an agent.
	 * @param agent the agent
	 * @return the subject
	 */
	public static EventSubject of(Agent agent) {
		return new EventSubject(agent, null, Format.ISS_SUB);
	}

	/**
	 * An event about a user.
	 * @param user the user
	 * @return the subject
	 */
	public static EventSubject of(User user) {
		return new EventSubject(null, user, Format.ISS_SUB);
	}

	/**
	 * The subject of a stream's event (RFC 9493): the user, if there is one.
	 */
	Map<String, Object> ofStream(String issuer) {
		Map<String, Object> subject = new LinkedHashMap<>();
		String id = id();
		if (id.isEmpty()) {
			return Map.of("format", "tenant", "iss", issuer);
		}
		switch (this.format) {
			case ISS_SUB -> {
				subject.put("format", "iss_sub");
				subject.put("iss", issuer);
				subject.put("sub", id);
			}
			case OPAQUE -> {
				subject.put("format", "opaque");
				subject.put("id", id);
			}
			case EMAIL -> {
				subject.put("format", "email");
				subject.put("email", (this.user != null && this.user.email() != null) ? this.user.email() : id);
			}
		}
		return subject;
	}

	Map<String, Object> ofWebhook() {
		Map<String, Object> data = new LinkedHashMap<>();
		if (this.agent != null) {
			data.put("agent_id", this.agent.id());
			data.put("client_id", this.agent.id());
		}
		if (this.user != null) {
			data.put("user_id", this.user.id());
			if (this.user.email() != null) {
				data.put("email", this.user.email());
			}
		}
		return data;
	}

	private String id() {
		if (this.user != null) {
			return this.user.id();
		}
		return (this.agent != null) ? this.agent.id() : "";
	}

	@Override
	public String toString() {
		if (this.user != null) {
			return (this.agent != null) ? "%s for %s".formatted(this.agent, this.user.username())
					: this.user.username();
		}
		return (this.agent != null) ? this.agent.id() : "everyone";
	}

	/**
	 * How a stream names a subject.
	 */
	public enum Format {

		/** Issuer and subject, as in tokens. */
		ISS_SUB,
		/** An id. */
		OPAQUE,
		/** An e-mail address. */
		EMAIL

	}

}
