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

package dev.lumoauth.devserver.api;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.event.EventStream;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Tenant;

/**
 * The owner of event streams. An agent owns the streams that it has created, an
 * administrator owns all.
 *
 * @param tenant the tenant
 * @param agent the agent, {@code null} for an administrator
 */
record StreamOwner(Tenant tenant, @Nullable Agent agent) {

	boolean has(EventStream stream) {
		return this.agent == null || this.agent == stream.owner();
	}

	@Override
	public String toString() {
		return (this.agent != null) ? this.agent.id() : "an administrator";
	}

}
