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

package dev.lumoauth.spring.guard.method;

import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardRegister;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.util.ReflectionUtils;

/**
 * Logs once what guards methods: proxies only, or the aspects too. It also logs if the
 * aspects are present but not woven.
 */
final class WeavingNotice implements ApplicationListener<ContextRefreshedEvent> {

	private static final Log logger = LogFactory.getLog(WeavingNotice.class);

	private final GuardRegister register;

	private final BooleanSupplier turnedOff;

	private final AtomicBoolean said = new AtomicBoolean();

	/**
	 * Create the notice.
	 * @param register records what is guarded
	 * @param turnedOff says whether LumoAuth is turned off, so that no annotated code
	 * runs
	 */
	WeavingNotice(GuardRegister register, BooleanSupplier turnedOff) {
		this.register = register;
		this.turnedOff = turnedOff;
	}

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (!this.turnedOff.getAsBoolean() && this.said.compareAndSet(false, true)) {
			OnWeaving.modules().stream().findFirst().ifPresentOrElse(this::say, this::sayThereIsNone);
		}
	}

	private void sayThereIsNone() {
		if (isGuarded(GuardLayer.BEAN_METHOD)) {
			logger.info("LumoAuth guards methods by proxies.");
		}
	}

	private void say(Weaving weaving) {
		Method probe = ReflectionUtils.findMethod(weaving.getClass(), "probe");
		boolean active = probe != null && WovenMethods.isWoven(probe);
		if (active || isGuarded(GuardLayer.WOVEN)) {
			logger.info("LumoAuth guards methods by proxies and, woven "
					+ (active ? "as classes are loaded" : "when they were compiled") + ", by the aspects ("
					+ weaving.module() + ").");
		}
		else {
			logger.warn("LumoAuth guards methods by proxies only, as far as it can see: " + weaving.module()
					+ " is on the class path, but no weaver is active and no bean is woven. Start Java with "
					+ "-javaagent:aspectjweaver.jar, or weave the application when it is compiled.");
		}
	}

	private boolean isGuarded(GuardLayer layer) {
		return !this.register.isEmpty() && this.register.all().stream().anyMatch((guarded) -> guarded.layer() == layer);
	}

}
