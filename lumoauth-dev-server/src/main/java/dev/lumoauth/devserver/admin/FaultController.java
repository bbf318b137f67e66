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

package dev.lumoauth.devserver.admin;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.Fault;
import dev.lumoauth.devserver.web.Faults;

/**
 * The part of the admin API that switches faults on and off. Not a part of LumoAuth's
 * API.
 */
@RestController
@RequestMapping("/dev/faults")
class FaultController {

	private final Faults faults;

	FaultController(Faults faults) {
		this.faults = faults;
	}

	@PutMapping("/{id}")
	Map<String, @Nullable String> switchOn(@PathVariable String id,
			@RequestBody(required = false) @Nullable String body) {
		Fault fault = Fault.of(id)
			.orElseThrow(() -> ApiException.api(HttpStatus.NOT_FOUND, "not_found",
					"There is no such fault: too-many-requests, unavailable, slow"));
		FaultRequest request = StringUtils.hasText(body) ? StrictJson.read(body, FaultRequest.class)
				: new FaultRequest(null);
		this.faults.switchOn(fault, (request.delay() != null) ? Duration.ofMillis(request.delay()) : null);
		return state();
	}

	@DeleteMapping
	Map<String, @Nullable String> switchOff() {
		this.faults.switchOff();
		return state();
	}

	private Map<String, @Nullable String> state() {
		Fault fault = this.faults.current();
		return Collections.singletonMap("fault", (fault != null) ? fault.id() : null);
	}

	/**
	 * The settings of a fault.
	 *
	 * @param delay the delay of answers with {@code slow}, in milliseconds
	 */
	record FaultRequest(@JsonProperty("delay_ms") @Nullable Long delay) {

		FaultRequest {
			if (delay != null && (delay < 1 || delay > 60_000)) {
				throw new IllegalArgumentException("'delay_ms' is not 1 to 60000 milliseconds");
			}
		}

	}

}
