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

package dev.lumoauth.spring.event.autoconfigure;

import java.time.Instant;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.EndpointFilter;
import org.springframework.boot.actuate.endpoint.ExposableEndpoint;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.EndpointExtension;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

import dev.lumoauth.spring.autoconfigure.actuate.EndpointPart;
import dev.lumoauth.spring.autoconfigure.actuate.LumoAuthEndpoint;
import dev.lumoauth.spring.event.EventStreamRegistration;

/**
 * The stream of events at the actuator's endpoint {@code lumoauth}.
 */
@EndpointExtension(endpoint = LumoAuthEndpoint.class, filter = EventStreamEndpoint.Everywhere.class)
public class EventStreamEndpoint implements EndpointPart {

	private final EventStreamRegistration stream;

	EventStreamEndpoint(EventStreamRegistration stream) {
		this.stream = stream;
	}

	@Override
	public String name() {
		return "eventStream";
	}

	@Override
	public EventStreamDescriptor describe() {
		EventStreamRegistration.Snapshot snapshot = this.stream.snapshot();
		return new EventStreamDescriptor(snapshot.state().name().toLowerCase(Locale.ROOT), snapshot.since(),
				snapshot.problem());
	}

	/**
	 * Change the stream by which LumoAuth sends its events.
	 * @param stream {@code register} to create a stream, {@code verify} to let LumoAuth
	 * show that it works, {@code delete} to delete the stream that was created
	 * @return the state of the stream
	 */
	@WriteOperation
	public EventStreamDescriptor changeEventStream(String stream) {
		try {
			change(stream);
		}
		catch (IllegalStateException ex) { // says what is missing
			String missing = String.valueOf(ex.getMessage());
			throw new InvalidEndpointRequestException(missing, missing, ex);
		}
		return describe();
	}

	private void change(String stream) {
		switch (stream) {
			case "register" -> this.stream.register();
			case "verify" -> this.stream.verify();
			case "delete" -> this.stream.delete();
			default -> throw new InvalidEndpointRequestException(
					"There is no '" + stream.replaceAll("[^a-z]", "?") + "' of a stream",
					"Use register, verify or delete");
		}
	}

	/**
	 * The stream by which LumoAuth sends its events, if this application has created it.
	 *
	 * @param state {@code none}, {@code registering}, {@code unverified},
	 * {@code verified}, {@code stopped} or {@code failed}
	 * @param since since when; {@code null} = from the start
	 * @param problem what is wrong; otherwise {@code null}
	 */
	public record EventStreamDescriptor(String state, @Nullable Instant since,
			@Nullable String problem) implements OperationResponseBody {

	}

	/**
	 * By each technology that exposes the endpoint.
	 */
	static class Everywhere implements EndpointFilter<ExposableEndpoint<?>> {

		@Override
		public boolean match(ExposableEndpoint<?> endpoint) {
			return true;
		}

	}

}
