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

package dev.lumoauth.spring.approval.process;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.CanonicalJson;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CodeIdentity}: which classes a name stands for.
 */
class CodeIdentityTests {

	private final ClassLoader application = Objects.requireNonNull(getClass().getClassLoader());

	private final CodeIdentity code = new CodeIdentity((object) -> null, this.application);

	@Test
	void twoClassesOfOneNameAreTwo() throws Exception {
		Object plugin = instance(new OwnClasses(this.application));
		assertThat(plugin.getClass().getName()).isEqualTo(Plugin.class.getName());
		assertThat(this.code.of(plugin)).isNotEqualTo(this.code.of(new Plugin()))
			.isNotEqualTo(this.code.of(instance(new OwnClasses(this.application))));
		assertThat(this.code.of(new Plugin())).isEqualTo(this.code.of(new Plugin()));
	}

	@Test
	void twoEnumsOfOneNameAreTwo() throws Exception {
		Object constant = new OwnClasses(this.application).loadClass(Account.class.getName()).getEnumConstants()[0];
		assertThat(this.code.of(constant)).isNotEqualTo(this.code.of(Account.OURS));
		assertThat(this.code.described(int.class)).contains("int");
	}

	/**
	 * The next version of the application may give the number of the anonymous class to
	 * another one.
	 */
	@Test
	void aMemberOfAnAnonymousClassHasNoName() {
		Object member = new Supplier<>() {

			@Override
			public Object get() {
				return new Member();
			}

			static final class Member {

			}

		}.get();
		String name = member.getClass().getName();
		assertThat(CanonicalJson.of(this.code.described(member))).doesNotContain(name);
		assertThat(CanonicalJson.of(this.code.described(new Plugin()))).contains(Plugin.class.getName());
	}

	private static Object instance(ClassLoader loader) throws Exception {
		var constructor = loader.loadClass(Plugin.class.getName()).getDeclaredConstructor();
		constructor.setAccessible(true);
		return constructor.newInstance();
	}

	static final class Plugin {

	}

	enum Account {

		OURS

	}

	/**
	 * Has its own classes of this test.
	 */
	private static final class OwnClasses extends ClassLoader {

		OwnClasses(ClassLoader parent) {
			super(parent);
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (!name.startsWith(CodeIdentityTests.class.getName() + "$") || findLoadedClass(name) != null) {
				return super.loadClass(name, resolve);
			}
			String file = name.replace('.', '/') + ".class";
			try (InputStream bytes = Objects.requireNonNull(getParent().getResourceAsStream(file))) {
				byte[] all = bytes.readAllBytes();
				return defineClass(name, all, 0, all.length);
			}
			catch (IOException ex) {
				throw new ClassNotFoundException(name, ex);
			}
		}

	}

}
