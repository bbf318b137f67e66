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

package dev.lumoauth.spring.autoconfigure;

import dev.lumoauth.spring.autoconfigure.config.Activation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Logs once why the starter does nothing. It waits until all beans exist, since a bean
 * that requires a capability is an error instead if LumoAuth is not configured.
 */
record NoIdentityNotice(Activation activation,
		ObjectProvider<RefusingCapabilityDecisions> decisions) implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(NoIdentityNotice.class);

	@Override
	public void afterSingletonsInstantiated() {
		if (this.activation == Activation.IDLE) {
			logger.info(this.activation.reason() + " and stays idle. " + this.activation.action());
		}
		else if (this.decisions.getIfAvailable() != null) {
			logger.warn(this.activation.reason() + ": code that requires a capability is refused.");
		}
	}

}
